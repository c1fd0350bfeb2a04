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
        chat(user="Is \\frac{2}{{2}} one? Is ${{ secrets.KEY }} mine?", answer="An undefined object, at 0x."),
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
        chat("Dear null, the total is 7."),
        chat("Total: $NaN"),
        chat("Born: Invalid Date"),
        chat("See <__main__.Seed object at 0x7f1afd9c7e90>."),
        chat("Dear [Your Name], split {first_name}."),
        chat("Split {% sentence %}."),
        chat("Allergies: None"),
    )
)
HINTS = (
    *("undefined", "null", "NaN", "None", "NULL", "Undefined", "Invalid Date", "#REF!"),
    *("[object ", " object at 0x", "[native code]", "{{", "${", "<%", "{%", "%(", "%s", "_name}"),
    *("TODO:", "FIXME:", "[INSERT", "[Insert", "[insert", "[YOUR", "[Your", "[your"),
    *("<YOUR_", "<INSERT_", "<NAME>", "_NAME>", "__NAME__"),
)
ALONE, WORD = r"(undefined|null|NaN|Invalid Date)", r"(undefined|null|NaN|Invalid Date)"
LABEL = r"^[ \t>#*_-]*[^\W\d_][\w ]{0,40}[*_\" ]*:[*_\" ]*"
LEAK = re.compile(
    rf"\A[\s*_`\"']*{ALONE}[\s*_`\"'.]*\Z"
    rf"|{LABEL}{WORD}[*_\" .,;]*$"
    r"|\b(undefined)[ ,/-]+undefined\b|: (undefined|NaN)(?=[,;])|(\((?:null|undefined)\))|(?<!\S)(%s)(?!\w)"
    r"|\b(?:Dear|Hello|Hi) (undefined|null|NaN|None)\b|[$€£] ?(NaN|undefined|null)\b|(#REF!)"
    r"|(\[object \w+\]|(?<![}\w\\$])\{\{(?=[^{}A-Za-z]*[A-Za-z])[^{}]*\}\}|\$\{(?=[^{}a-z.]*[a-z.])[^{}]*\}"
    r"|<%(?:(?!<%).)*?%>|%\(\w+\)[sd]|<[\w.]+ object at 0x[0-9A-Fa-f]+>|\[native code\])",
    re.MULTILINE,
)
"""A word alone, or alone behind a label; in a sentence it may be meant. A template's mark anywhere.

Code between `${{` and `}}` and formulas like `{2}{{2}}` are no templates.
"""
MAYBE = re.compile(
    rf"{LABEL}(None|NULL|Undefined)[*_\" .,;]*$"
    r"|([<\[](?:YOUR|INSERT|Your|Insert|your|insert)[ _][\w ]{1,30}[>\]]|<(?:[A-Z]+_)?NAME>|__NAME__)"
    r"|(\{%[^{}%]+%\}|\{\w{1,30}_name\}|\$\{[A-Z0-9_]+\})|\b(TODO|FIXME):",
    re.MULTILINE,
)
"""What may be meant, outside LEGO examples: "Allergies: None", a letter's [Your Name], a shell's variable."""
CODE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]+`", re.DOTALL)
"""What is code has marks and empty values of its own."""


def check_text(text: str, scope: Scope) -> Iterator[Problem]:
    for said in said_in(text):
        for pattern, warns in ((LEAK, False), (MAYBE, not scope.lego)):
            for found in pattern.finditer(said):
                leaked = next(group for group in found.groups() if group)
                right = f"{leaked!r} stands where a value should; fill it in, or take the line out"
                yield Problem(right, found=leaked, warns=warns)


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
