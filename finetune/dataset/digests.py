"""What lines are grouped by, as 128-bit digests: lines that share one are looked at together."""

import json
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from hashlib import blake2b
from typing import Any

import msgspec

from finetune.dataset.fields import fields
from finetune.lego.tokens import normalise
from finetune.records.course import Breakdown
from finetune.records.dataset import Line

Pair = tuple[bytes, bytes]
"""What a line is grouped by, and what is compared inside the group: 16 bytes each."""
Digest = Callable[[Line], Iterable[Pair]]
NOTHING = bytes(16)
MARKS = bytes(set(range(128)) - set(b"abcdefghijklmnopqrstuvwxyz0123456789"))
GIVEN, ASKED = bytes(15) + b"g", bytes(15) + b"a"


def digest(*texts: str) -> bytes:
    """16 bytes; texts cannot run into each other."""
    sizes = ",".join([str(len(text)) for text in texts])
    return blake2b("\n".join((sizes, *texts)).encode("utf-8", "surrogatepass"), digest_size=16).digest()


def prompt(line: Line) -> Iterable[Pair]:
    """All that stands before the last answer, with the digest of that answer. Images, calls and tools count too."""
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
    """What a line says without texts, as JSON: its tools, then what each message has; empty where that is nothing."""
    whole: Any = value
    odd = {} if isinstance(whole.get("system"), str) else {"system": whole.get("system")}
    around = {**odd, "tools": whole.get("tools"), "functions": whole.get("functions")}
    given = [
        {name: part for name, part in around.items() if part},
        *(beside(*one) for one in enumerate(whole["messages"], start=1)),
    ]
    return [json.dumps(one, sort_keys=True) if one else "" for one in given]


def beside(number: int, message: object) -> dict[str, object]:
    """Images, calls and whatever else a message has beside its role and its texts; a weight is how often it counts."""
    if not isinstance(message, dict):
        return {"number": number, "no message": message}
    content = message.get("content")
    if len(message) == 2 and "role" in message and isinstance(content, str):
        return {}
    more = {name: part for name, part in message.items() if part and name not in ("role", "content", "weight")}
    other = [part for part in (content if isinstance(content, list) else [content]) if not is_text(part)]
    return {**more, "number": number, "content": other} if more or other else {}


def is_text(part: object) -> bool:
    """Whether a content, or a part of one, is nothing else."""
    if isinstance(part, dict) and set(part) <= {"type", "text"}:
        return isinstance(part.get("text"), str)
    return part is None or isinstance(part, str)


@lru_cache(maxsize=64)
def system(text: str) -> str:
    """A system prompt by its digest: it stands in every line, and is long."""
    return digest(text).hex()


def words(line: Line) -> Iterator[Pair]:
    """The user's words, without case, space and punctuation, with the digest of the prompt as it is.

    Of a LEGO prompt, its course and its sentences: two seeds of a course that say the same are copies.
    """
    said = line.chat.last("user") if line.chat else ""
    if line.prompt:
        said = f"{line.prompt.course}\n{line.prompt.target}\n{line.prompt.known}"
    if bare := said.casefold().encode("utf-8", "surrogatepass").translate(None, MARKS):
        for exact, _ in prompt(line):
            yield blake2b(bare, digest_size=16).digest(), exact


def seed(line: Line) -> Iterator[Pair]:
    """The seed's number, in whatever course."""
    found = line.prompt.seed_id if line.prompt else fields(line).get("seed_id") or fields(line).get("seed")
    if found:
        yield digest("seed", found), NOTHING


def claims(line: Line) -> Iterator[Pair]:
    """The mappings that a training prompt gives, and those that a validation answer is asked for."""
    if line.side == "training" and line.prompt:
        for one in line.prompt.claims:
            yield mapping(line.prompt.course, one.known_chunk, one.target_chunk), GIVEN
    elif line.side == "validation" and line.prompt and line.answer:
        for pair in line.answer.lego_pairs:
            yield mapping(line.prompt.course, pair.known_chunk, pair.target_chunk), ASKED


def mapping(course: str, known: str, target: str) -> bytes:
    return digest("claim", course, normalise(known), normalise(target))


def answer_digest(course: str, seed_id: str, breakdown: Breakdown) -> bytes:
    """A breakdown of a seed, however its JSON is spelt."""
    return digest(course, seed_id, str(msgspec.json.encode(breakdown), "utf-8"))
