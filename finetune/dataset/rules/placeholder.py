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
        chat(answer="None."),
        chat(user="TODO ESTÁ BIEN", answer="What is on my TODO list? 100 % sure, 50 %d."),
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
        chat("Split (null)."),
        chat("Name: undefined, age: 7"),
        chat("Hi %s, split it."),
        chat("Dear [YOUR NAME], split it for <YOUR_NAME>."),
        chat("TODO: write it."),
    )
)
HINTS = (
    "undefined",
    "null",
    "NaN",
    "None",
    "[object ",
    "{{",
    "${",
    "<%",
    "%(",
    "%s",
    "TODO:",
    "FIXME:",
    "[INSERT",
    "[YOUR",
    "<YOUR_",
    "<INSERT_",
)
ALONE, WORD = r"(undefined|null|NaN)", r"(undefined|null|NaN|None)"
LEAK = re.compile(
    rf"\A[\s*_`\"']*{ALONE}[\s*_`\"'.]*\Z"
    rf"|^[ \t>#*_-]*[^\W\d_][\w ]{{0,40}}[*_\" ]*:[*_\" ]*{WORD}[*_\" .,;]*$"
    r"|\b(undefined)[ ,/-]+undefined\b|: (undefined|NaN)(?=[,;])|(\((?:null|undefined)\))|(?<!\S)(%s)(?!\w)"
    r"|([<\[](?:YOUR|INSERT)[ _][A-Z _]*[>\]])"
    r"|(\[object \w+\]|\{\{[^{}]*\}\}|\$\{[^{}]*\}|<%(?:(?!<%).)*?%>|%\(\w+\)[sd]|\b(?:TODO|FIXME):)",
    re.MULTILINE,
)
"""A word alone, or alone behind a label; in a sentence it may be meant. A template's mark anywhere.

None may be the answer to a question, and TODO is a word of Spanish.
"""
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
            yield from (f"value: {one}" for one in strings(json.loads(text)))  # behind its key, as behind a label
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
