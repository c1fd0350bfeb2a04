"""Spells examples as lines by templates: for seeds whose texts have no character that JSON would escape."""

from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from finetune.dataset.shapes import Shape
from finetune.records.course import Pair, Seed
from finetune.records.dataset import Example, Message

USER, ASSISTANT = "\ue000user", "\ue000assistant"
"""What stands for the texts of an example, to see how its shape's lines go around them."""


class Frame(NamedTuple):
    """What a shape writes around the texts of an example that has this system prompt."""

    head: bytes
    middle: bytes
    tail: bytes

    def line(self, seed: Seed, claims: Iterable[Pair]) -> bytes:
        """The line of a seed's example. No text of the seed or the claims has a character that JSON escapes."""
        asked, answered = spell_prompt(seed, claims), spell_answer(seed)
        return b"".join((self.head, asked.encode(), self.middle, answered.encode(), self.tail))


def frame_of(write: Shape, system: str) -> Frame:
    """The frame of a chat shape; in each, the system prompt comes before what is asked, and that before the answer."""
    sample = Example(system, (Message("user", USER), Message("assistant", ASSISTANT)))
    before, _, tail = msgspec.json.encode(write(sample)).rpartition(ASSISTANT.encode())
    head, _, middle = before.rpartition(USER.encode())
    return Frame(head, middle, tail + b"\n")


def spell_prompt(seed: Seed, claims: Iterable[Pair]) -> str:
    """The user message as it stands in a line."""
    shown = [rf"{{\"known_chunk\": \"{one.known_chunk}\", \"target_chunk\": \"{one.target_chunk}\"}}" for one in claims]
    return (
        rf"{{\"course\": \"{seed.course}\", \"seed_id\": \"{seed.seed_id}\", "
        rf"\"target_language\": \"{seed.target_language}\", \"known_language\": \"{seed.known_language}\", "
        rf"\"target\": \"{seed.target}\", \"known\": \"{seed.known}\", \"claims\": [{', '.join(shown)}]}}"
    )


def spell_answer(seed: Seed) -> str:
    """The assistant message as it stands in a line."""
    legos = [
        rf"{{\"lego_id\": \"{one.lego_id}\", \"lego_type\": \"{one.lego_type}\", "
        rf"\"target_chunk\": \"{one.target_chunk}\", \"known_chunk\": \"{one.known_chunk}\""
        + (rf", \"componentization\": \"{one.componentization}\"}}" if one.componentization is not None else "}")
        for one in seed.lego_pairs
    ]
    feeders = [
        rf"{{\"feeder_id\": \"{one.feeder_id}\", \"target_chunk\": \"{one.target_chunk}\", "
        rf"\"known_chunk\": \"{one.known_chunk}\", \"parent_lego_id\": \"{one.parent_lego_id}\"}}"
        for one in seed.feeder_pairs
    ]
    return rf"{{\"lego_pairs\": [{', '.join(legos)}], \"feeder_pairs\": [{', '.join(feeders)}]}}"


def spell_source(sha256: str, seed: Seed) -> bytes:
    """The `Source` of a line that no correction led to, as it stands behind the line's place."""
    return (f'"sha256":"{sha256}","course":"{seed.course}","seed_id":"{seed.seed_id}","corrections":[]}}\n').encode()
