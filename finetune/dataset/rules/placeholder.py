"""No placeholder leaked into a text: undefined, null, NaN, None, [object Object], an unfilled template mark."""

import json
import re
from collections.abc import Iterator

from finetune.dataset.found import Problem
from finetune.dataset.samples import Sample, chat
from finetune.records.profile import Scope

GOOD = Sample(
    (
        chat("Is that an undefined word? None of us know."),
        chat(answer='{"componentization": null}'),
        chat("Use {curly} braces and 50% sugar."),
        chat(answer="Set it to `None`, or\n```python\nx = None\nprint(f'{{x}}', \"${HOME}\")\n```"),
        chat(answer="x = None\nlet y = undefined"),
    )
)
BAD = Sample(
    (
        chat("**Target Language:** undefined\n**Target:** Hola."),
        chat("Target: NaN"),
        chat("Split [object Object]."),
        chat("Split {{ sentence }}."),
        chat("Split ${sentence}."),
        chat(answer='{"known_chunk": "None"}'),
        chat(answer="undefined"),
    )
)
HINTS = ("undefined", "null", "NaN", "None", "[object ", "{{", "${", "<%", "%(", "TODO", "FIXME")
WORD = r"(undefined|null|NaN|None)"
LEAK = re.compile(
    rf"\A[\s*_`\"']*{WORD}[\s*_`\"'.]*\Z"
    rf"|^[ \t>#*_-]*[^\W\d_][\w ]{{0,40}}[*_\" ]*:[*_\" ]*{WORD}[*_\" .,;]*$"
    rf"|\b(undefined)[ ,/-]+undefined\b"
    r"|(\[object \w+\]|\{\{[^{}]*\}\}|\$\{[^{}]*\}|<%(?:(?!<%).)*?%>|%\(\w+\)[sd]|\b(?:TODO|FIXME)\b)",
    re.MULTILINE,
)
"""A word alone, or alone behind a label; in a sentence it may be meant. A template's mark anywhere."""
CODE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]+`", re.DOTALL)
"""What is code has marks and empty values of its own."""


def check_text(text: str, scope: Scope) -> Iterator[Problem]:
    for found in (found for said in said_in(text) for found in LEAK.finditer(said)):
        leaked = next(group for group in found.groups() if group)
        yield Problem(f"{leaked!r} stands where a value should; fill it in, or take the line out", found=leaked)


def said_in(text: str) -> Iterator[str]:
    """The text without its code; of one that is JSON, its values: there, null is a value like others."""
    if text.lstrip()[:1] in ("{", "["):
        try:
            yield from strings(json.loads(text))
            return
        except (ValueError, RecursionError):
            pass
    yield CODE.sub(" ", text)


def strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from strings(one)
