"""What lines are grouped by, as 128-bit digests: lines that share one are looked at together."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Any
from unicodedata import normalize

import msgspec
from xxhash import xxh3_128_digest

from finetune.dataset.fields import fields
from finetune.lego.tokens import normalise
from finetune.records.course import Breakdown
from finetune.records.dataset import Line

Pair = tuple[bytes, bytes]
"""What a line is grouped by, and what is compared inside the group: 16 bytes each."""
Digest = Callable[[Line], Iterable[Pair]]
NOTHING = bytes(16)
BLANK = bytes.maketrans(b"\t\n\r\f\v?;", b"       ")
POINTS = re.compile(rb"(?<![0-9])[.,:!]+(?!\S)|(?<=[0-9])[.,:]+(?!\S)|(?<=[a-z\x80-\xff])[.,:!]+(?=[a-z\x80-\xff])")
MARKS = re.compile("[¿¡…。，！？、；：“”‘’«»\u200b-\u200f\u2060\ufeff\u00ad]|([‐‑‒–—−])")
"""What a near copy may differ in: how much space, and a sentence's marks; not those of a number, of sums, of code."""
SEED = re.compile("S[0-9]{4,18}")
AROUND = ("tools", "functions", "parallel_tool_calls")
"""What else a line teaches by, at its root, besides its weight."""
GIVEN, ASKED = bytes(15) + b"g", bytes(15) + b"a"


def digest(*texts: str) -> bytes:
    """16 bytes; texts cannot run into each other, since no UTF-8 has the byte between them.

    XXH3 finds equal texts, in a tenth of a cryptographic digest's time; nobody has to be kept from making two alike.
    """
    try:
        data = b"\xff".join(map(str.encode, texts))
    except UnicodeEncodeError:  # half of a surrogate pair
        data = b"\xff".join([text.encode("utf-8", "surrogatepass") for text in texts])
    return xxh3_128_digest(data)


def prompt(line: Line) -> Iterable[Pair]:
    """All that stands before the last answer, with the digest of that answer. Images, calls and tools count too.

    So do weights: one dialogue with other weights teaches another answer.
    """
    if not line.digests and line.chat and line.chat.messages:
        *before, answer = line.chat.messages
        asked = [text for message in before for text in (message.role, message.content)]
        said = [answer.role, answer.content]
        if not line.plain:
            *earlier, last = besides(line.value)
            asked, said = [*asked, *filter(None, earlier)], [*said, *filter(None, [last])]
        line.digests = ((digest(system(line.chat.system or ""), *asked), digest(*said)),)
    return line.digests


def besides(value: object) -> list[str]:
    """What a line says without texts, as JSON: its tools, then what each message has; empty where that is nothing.

    A key that nobody knows says nothing here: lines may well have an id each.
    """
    whole: Any = value
    odd = {} if isinstance(whole.get("system"), str) else {"system": whole.get("system")}
    weights = [weight_of(message) for message in whole["messages"] if isinstance(message, dict)]
    taught = {"weights": weights} if any(weight is not None for weight in weights) else {}
    around = {**odd, **taught, **{name: whole.get(name) for name in AROUND}, "weight": weight_of(whole)}
    ids: dict[object, int] = {}
    given = [
        {name: part for name, part in around.items() if part or part is False or part == 0},
        *(beside(number, one, ids) for number, one in enumerate(whole["messages"], start=1)),
    ]
    return [json.dumps(one, sort_keys=True) if one else "" for one in given]


def weight_of(said: dict[str, object]) -> object:
    """The weight of a line or a message; None, too, for 1, which each has that says none."""
    weight = said.get("weight")
    return None if weight == 1 and not isinstance(weight, bool) else weight


def beside(number: int, message: object, ids: dict[object, int]) -> dict[str, object]:
    """Images, calls and whatever else a message has beside its role and its texts; weights are the dialogue's."""
    if not isinstance(message, dict):
        return {"number": number, "no message": message}
    content = message.get("content")
    if len(message) == 2 and "role" in message and isinstance(content, str):
        return {}
    more = {name: part for name, part in message.items() if part and name not in ("role", "content", "weight")}
    more = numbered(more, ids) if "tool_calls" in more or "tool_call_id" in more else more
    other = [part for part in (content if isinstance(content, list) else [content]) if not is_text(part)]
    return {**more, "number": number, "content": other} if more or other else {}


def numbered(message: dict[str, object], ids: dict[object, int]) -> dict[str, object]:
    """A message whose calls have numbers for ids, as they appear in the dialogue: the ids themselves are drawn."""
    if isinstance(calls := message.get("tool_calls"), list):
        calls = [nth(one, "id", ids) if isinstance(one, dict) else one for one in calls]
        message = {**message, "tool_calls": calls}
    return nth(message, "tool_call_id", ids)


def nth(said: dict[str, object], key: str, ids: dict[object, int]) -> dict[str, object]:
    return {**said, key: ids.setdefault(said[key], len(ids))} if isinstance(said.get(key), str) else said


def is_text(part: object) -> bool:
    """Whether a content, or a part of one, is nothing else."""
    if isinstance(part, dict) and set(part) <= {"type", "text"}:
        return isinstance(part.get("text"), str) and part.get("type", "text") == "text"
    return part is None or isinstance(part, str)


@lru_cache(maxsize=64)
def system(text: str) -> str:
    """A system prompt by its digest: it stands in every line, and is long."""
    return digest(text).hex()


def words(line: Line) -> Iterator[Pair]:
    """The words of all that stands before the last answer, without a sentence's marks, with its exact digest.

    Of a LEGO prompt, its course and its sentences: two seeds of a course that say the same are copies.
    """
    for exact, _ in prompt(line):
        said, more = asked(line)
        if any(bare := [bared(text) for text in said]):
            yield xxh3_128_digest(b"\xff".join(bare) + of_few(*more)), exact


def unmarked(found: re.Match[str]) -> str:
    return "-" if found[1] else ""


def bared(text: str) -> bytes:
    """The words of a text without case and a sentence's marks. In bytes, since that is five times as fast."""
    if not text.isascii():
        text = normalize("NFKC", MARKS.sub(unmarked, text))
    data = text.casefold().encode("utf-8", "surrogatepass").translate(BLANK, b"\"'")
    data = data.rstrip(b" .,:!").lstrip()
    if b"," in data or b"." in data or b":" in data or b"!" in data:
        data = POINTS.sub(b" ", data)
    return b" ".join(data.split()) if b"  " in data else data


def asked(line: Line) -> tuple[list[str], list[str]]:
    """What a line's prompt says, and what else belongs to it: roles, the system prompt, and what is no text."""
    if line.prompt:
        return [line.prompt.target, line.prompt.known], [line.prompt.course]
    *before, _ = line.chat.messages if line.chat else ()
    more = [message.role for message in before] + ([] if line.plain else besides(line.value)[:-1])
    return [message.content for message in before], [system((line.chat and line.chat.system) or ""), *more]


def seed(line: Line) -> Iterable[Pair]:
    """The seed's number, in whatever course: `S0012`."""
    found = line.prompt.seed_id if line.prompt else fields(line).get("seed_id") or fields(line).get("seed")
    if found and (line.prompt or SEED.fullmatch(found)):
        return ((of_few("seed", found), NOTHING),)
    return ()


@lru_cache(maxsize=1 << 14)
def of_few(*texts: str) -> bytes:
    """The digest of short texts that many lines share."""
    return digest(*texts)


def claims(line: Line) -> Iterator[Pair]:
    """The mappings that a training prompt gives, and those that a validation answer is asked for."""
    if line.side == "training" and line.prompt:
        for one in line.prompt.claims:
            yield mapping(line.prompt.course, one.known_chunk, one.target_chunk), GIVEN
    elif line.side == "validation" and line.prompt and line.answer:
        for pair in line.answer.lego_pairs:
            yield mapping(line.prompt.course, pair.known_chunk, pair.target_chunk), ASKED


@lru_cache(maxsize=1 << 14)
def mapping(course: str, known: str, target: str) -> bytes:
    return digest("claim", course, normalise(known), normalise(target))


def answer_digest(course: str, seed_id: str, breakdown: Breakdown) -> bytes:
    """A breakdown of a seed, however its JSON is spelt."""
    return digest(course, seed_id, str(msgspec.json.encode(breakdown), "utf-8"))
