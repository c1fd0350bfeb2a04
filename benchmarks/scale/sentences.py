"""Sentences of a made course and their breakdowns: every pair is one known chunk and its one target; and mistakes."""

import json
import random
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

LANGUAGES = Path(__file__).with_name("languages.json")
"""What the parts are called in each language, in one order: the seventh of English is the seventh of Spanish."""
PARTS = ("who", "do", "what", "with", "when")
"""The order of an English sentence; each language has its own."""
Pair = tuple[str, str]
"""A known chunk and its target."""
New = tuple[Pair, Pair | None]
"""A pair that is new to its course, and its feeder if it has one."""


@cache
def languages() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = json.loads(LANGUAGES.read_text(encoding="utf-8"))
    return found


def breakdowns(
    chance: random.Random, language: dict[str, Any], size: int
) -> Iterator[tuple[str, dict[str, Pair], list[New]]]:
    """(seed id, the pairs of its parts, those that are new to the course, each with its feeder) in teaching order."""
    english, claimed = languages()["eng"], set[Pair]()
    counts = range(len(english["numbers"]))
    things = [(thing, number) for thing in range(len(english["things"])) for number in counts]
    for at, (thing, number) in enumerate(chance.sample(things, size), start=1):
        picked = {name: chance.randrange(len(english[name])) for name in ("who", "do", "with", "names", "when")}
        other = chance.choice(counts)
        known, target = (said(of, thing, number, other, picked) for of in (english, language))
        pairs = {part: (known[part], target[part]) for part in PARTS}
        feeder = english["things"][thing], language["things"][thing]
        new = [(pairs[part], feeder if part == "what" else None) for part in PARTS if pairs[part] not in claimed]
        claimed.update(pairs.values())
        yield f"S{at:04}", pairs, new


def said(of: dict[str, Any], thing: int, number: int, other: int, picked: dict[str, int]) -> dict[str, str]:
    """What the parts of a sentence are in this language."""
    return {
        "who": of["who"][picked["who"]],
        "do": of["do"][picked["do"]],
        "what": of["counted"][thing].format(of["numbers"][number]),
        "with": of["with"][picked["with"]].format(of["names"][picked["names"]]),
        "when": of["when"][picked["when"]].format(of["numbers"][other]),
    }


def sentences(language: dict[str, Any], pairs: dict[str, Pair]) -> Pair:
    """The known and the target sentence."""
    target = language["between"].join(pairs[part][1] for part in language["order"])
    return " ".join(pairs[part][0] for part in PARTS) + ".", target + language["end"]


def breakdown(seed_id: str, new: Sequence[New], parts: str = "all") -> str:
    """The LEGOs and feeders as JSON, as the project writes it; `parts` none or hidden: as a beginner does."""
    legos: list[str] = []
    feeders: list[str] = []
    for at, ((known, target), feeder) in enumerate(new, start=1):
        head = f'{{"lego_id": "{seed_id}L{at:02}", "lego_type": '
        chunks = f'"target_chunk": "{target}", "known_chunk": "{known}"'
        if not feeder or parts == "none":
            legos.append(f'{head}"BASE", {chunks}}}')
            continue
        where = f", where {feeder[1]} = {feeder[0]}" if parts == "all" else ""
        legos.append(f'{head}"COMPOSITE", {chunks}, "componentization": "{known} = {target}{where}"}}')
        name, parent = f"{seed_id}F{len(feeders) + 1:02}", f"{seed_id}L{at:02}"
        feeders.append(
            f'{{"feeder_id": "{name}", "target_chunk": "{feeder[1]}", "known_chunk": "{feeder[0]}", '
            f'"parent_lego_id": "{parent}"}}'
        )
    return f'{{"lego_pairs": [{", ".join(legos)}], "feeder_pairs": [{", ".join(feeders)}]}}'


def spoilt(chance: random.Random, seed_id: str, pairs: dict[str, Pair], new: Sequence[New]) -> Pair:
    """An error type, and the breakdown that has the error."""
    kind = chance.choice(("FD_VIOLATION", "INVALID_COMPONENTIZATION", "WRONG_CLASSIFICATION"))
    if kind == "FD_VIOLATION":
        known, target = pairs["who"][0].split()[0], pairs["with"][1].split()[0]
        return kind, breakdown(seed_id, [*new, (("with", target), None), ((known, target), None)])
    return kind, breakdown(seed_id, new, "none" if kind == "WRONG_CLASSIFICATION" else "hidden")


def correction(course: str, number: int, seed_id: str, kind: str, before: str, after: str) -> str:
    return (
        f'{{"id": "{course}-{number:03}", "course": "{course}", "seed_id": "{seed_id}", "error_type": "{kind}", '
        f'"before": {before}, "after": {after}, "reason": "{kind} in {seed_id}: see the rules", '
        f'"reviewer": "reviewer-{number % 3}", "corrected_at": "2026-11-{number % 28 + 1:02}T09:30:00Z", '
        f'"generation": 1}}\n'
    )
