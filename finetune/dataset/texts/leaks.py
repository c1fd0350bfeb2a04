"""Where a text has undefined, null, NaN or a template's mark, and how sure it is that a value should stand there."""

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Literal

from finetune.dataset.texts.fences import blocks

Sureness = Literal["sure", "prompt", "maybe"]
"""sure: nobody means it; prompt: who asks does not, an answer may; maybe: it is meant in code, maths, a question."""

WORD = r"undefined|null|NaN|Invalid Date|#REF!"
MARK = (
    r"\[object \w+\]|(?<![}\w\\$])\{\{(?=[^{}A-Za-z]*[A-Za-z])[^{}]*\}\}"
    r"|\$\{(?!\\)(?=[^{}a-z.]*[a-z.])[^{}]*\}(?!\$(?!\{)|[_^]\{|\^)"
    r"|<%(?:(?!<%).)*?%>|%\(\w+\)[sd]|<[\w.]+ object at 0x[0-9A-Fa-f]+>|\[native code\]"
)
"""Code between `${{` and `}}` and formulas like `{2}{{2}}` and `${x}$` are no templates."""
VALUE = rf"({WORD}|{MARK}|(?<!\S)%s)"
LABEL = r"[^\W\d_][\w ]{0,40}[*_\" ]*[:：][*_\" \t]*"
KEY = r"^[ \t-]*[a-z_]\w*[ \t]*:[ \t]"
"""How a line of code names a value; a prompt does in markup, in several words or with a capital."""
LAST, LAST_OF_CODE = r"[*_\" .,。，]*\r?$", r"[\" ,;]*\r?$"
GREETING = (
    r"(?=[A-Z你您亲尊])(?:(?<!\w)(?:Dear|Hello|Hi|Hey|Welcome|Hola|Estimad[oa]|Querid[oa]|Bienvenid[oa]|Ciao|Salve|Buongiorno|Gentile"
    r"|Car[oa]|Bonjour|Salut|Cher|Chère|Bienvenue|Olá|Oi|Prezad[oa]|Bem-vind[oa]|Hallo|Liebe[rs]?|Guten Tag"
    r"|Sehr geehrte[rs]?(?: Herr| Frau)?|Willkommen)(?:,? )|(?:你好|您好|亲爱的|尊敬的)[ ,，、]{0,2})"
)
WORDS, EMPTY = ("undefined", "null", "NaN", "Invalid Date", "#REF!"), ("None", "NULL", "Undefined")
MARKS = ("[object ", "{{", "${", "<%", "%(", "%s", " object at 0x", "[native code]")
MEANT = (
    *("{%", "${", "_name}", "TODO:", "FIXME:", "[INSERT", "[Insert", "[insert", "[YOUR", "[Your", "[your"),
    *("<YOUR", "<Your", "<your", "<INSERT", "<Insert", "<insert", "<NAME>", "_NAME>", "__NAME__"),
)
PATTERNS: tuple[tuple[Sureness, tuple[str, ...], str], ...] = (
    (
        "sure",
        (*WORDS[:3], "None"),
        rf"(?<![\"'“‘«`]){GREETING}(?:(undefined)\b|(null|NaN|None)(?=[ \t]*(?:[^\w\s]|\r?$)))",
    ),
    ("sure", MARKS, rf"^[ \t>*_#-]*{GREETING}({MARK}|%s)"),
    ("sure", WORDS[:3], r"[$€£] ?(NaN|undefined)\b(?!\$)|[€£] ?(null)\b"),
    ("prompt", WORDS + MARKS, rf"\A[\s*_`\"']*{VALUE}[\s*_`\"'.]*\Z"),
    ("prompt", WORDS + MARKS, rf"^(?!{KEY})[ \t>#*_-]*{LABEL}{VALUE}{LAST}"),
    ("prompt", WORDS[:3], r"(?<![(\[{=,])\b(undefined)[ ,/-]+undefined\b|\b[A-Z]\w*: (undefined|NaN)(?=[,;])"),
    ("maybe", WORDS, rf"{KEY}[\"']?({WORD}){LAST_OF_CODE}|[:：] ?(undefined|NaN)(?=[,;，；])"),
    ("maybe", WORDS, rf"{GREETING}(undefined)\b|(\((?:null|undefined)\))|\$ ?(null)\b|(#REF!)"),
    ("maybe", EMPTY, rf"^[ \t>#*_-]*{LABEL}(None|NULL|Undefined){LAST}"),
    ("maybe", MARKS, rf"({MARK}|(?<!\S)%s(?!\w))"),
    (
        "maybe",
        MEANT,
        r"([<\[](?:YOUR|INSERT|Your|Insert|your|insert)[ _][\w ]{1,30}[>\]]|<(?:[A-Z]+_)?NAME>|__NAME__)"
        r"|(\{%[^{}%]+%\}|\{\w{1,30}_name\}|\$\{[A-Z0-9_]+\})|\b(TODO|FIXME):",
    ),
)
"""How sure, what such a text has, and the pattern, the surest first.

What may be meant, outside LEGO examples: "Allergies: None", a letter's [Your Name], a shell's variable.
"""
HINTS = tuple(dict.fromkeys((*(need for _, needs, _ in PATTERNS for need in needs), "Infinity")))
ORDER = ("sure", "prompt", "maybe")
NOTHING = re.compile(r"\A(?:None|NULL|Undefined)\Z")
ALONE = rf"\A{VALUE}\Z"
CODE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]+`", re.DOTALL)
"""What is code has marks and empty values of its own."""
BARE = re.compile(r'"(?:[^"\\]|\\.?)*+"?|-?\b(undefined|NaN|Infinity)\b', re.DOTALL)


def leaks(text: str) -> dict[str, Sureness]:
    """Each piece that is one, and how sure the surest of its places is."""
    found = sorted(found_in(text), key=lambda leak: ORDER.index(leak[1]), reverse=True)
    return dict(found)


def found_in(text: str) -> Iterator[tuple[str, Sureness]]:
    if (values := values_in(text)) is None:
        yield from said_in_json_blocks(text)
        yield from leaks_in(without_code(text))
        return
    yield from ((one, "sure") for one in values[1])
    together = "\n".join(values[0])
    for said in values[0] if any(hint in together for hint in HINTS) else ():
        yield from leaks_in(without_code(said))
        yield from ((said, "maybe") for _ in NOTHING.findall(said))


def leaks_in(said: str) -> Iterator[tuple[str, Sureness]]:
    for sureness, needs, pattern in PATTERNS:
        if any(need in said for need in needs):
            yield from ((found[found.lastindex or 0], sureness) for found in compiled(pattern).finditer(said))


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """Where a text first needs it: most files need none, and all take longer than a small file to lint."""
    return re.compile(pattern, re.MULTILINE)


def said_in_json_blocks(text: str) -> Iterator[tuple[str, Sureness]]:
    for block in blocks(text):
        if block.info.strip().lower().startswith("json") and (values := values_in(text[block.inside])):
            yield from ((one, "maybe") for one in (*filter(compiled(ALONE).match, values[0]), *values[1]))


def without_code(text: str) -> str:
    if "`" not in text and "~~~" not in text:
        return text
    pieces, at = [], 0
    for block in blocks(text):
        pieces.append(text[at : block.start])
        at = block.end
    return CODE.sub(" ", " ".join([*pieces, text[at:]]))


def values_in(text: str) -> tuple[list[str], list[str]] | None:
    """The strings of a text that is JSON, and the constants that JSON does not have; null is a value like others."""
    if text.lstrip()[:1] not in ("{", "["):
        return None
    constants: list[str] = []

    def bare(found: re.Match[str]) -> str:
        if found[1]:
            constants.append(found[0])
        return "null" if found[1] else found[0]

    if "undefined" in text or "NaN" in text or "Infinity" in text:
        text = BARE.sub(bare, text)
    try:
        return list(strings(json.loads(text))), constants
    except (ValueError, RecursionError):
        return None


def strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from strings(one)
