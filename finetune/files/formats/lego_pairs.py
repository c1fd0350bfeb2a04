"""A `lego_pairs.json` (version 7 or 8), or the folder that has it."""

from itertools import count
from pathlib import Path
from typing import Literal

import msgspec

from finetune.files.document import read_document
from finetune.lego.componentization import explain
from finetune.records.course import Courses, Feeder, Lego, LegoType, Seed

FILE = "lego_pairs.json"
TYPES: dict[str, LegoType] = {"A": "BASE", "M": "COMPOSITE", "F": "FEEDER"}
"""Atomic, molecular, feeder."""


class Pair(msgspec.Struct):
    known: str
    target: str


class Entry(msgspec.Struct):
    """`components` are pairs, as objects or as [known, target]. What was no pair stands elsewhere, and is not read."""

    id: str
    type: Literal["A", "M", "F"]
    lego: Pair
    new: bool = True
    components: list[Pair | tuple[str, str]] = []


class SeedEntry(msgspec.Struct):
    seed_id: str
    seed_pair: Pair
    legos: list[Entry]


class Document(msgspec.Struct):
    """`target` and `known` are codes of languages."""

    course: str
    target: str
    known: str
    seeds: list[SeedEntry]


def reads(path: Path) -> bool:
    return path.name == FILE if path.is_file() else (path / FILE).is_file()


def read(path: Path) -> Courses:
    """One course. The format has no names of languages: their codes stand for them."""
    document = read_document(path if path.is_file() else path / FILE, Document)
    return {document.course: [to_seed(document, seed) for seed in document.seeds]}


def to_seed(document: Document, entry: SeedEntry) -> Seed:
    """A seed with the LEGOs that it introduces: an entry that is not `new` is one of an earlier seed, used again.

    The components of a LEGO are its feeders, numbered through the seed, and make its componentization.
    """
    numbers = count(1)
    legos: list[Lego] = []
    feeders: list[Feeder] = []
    for found in (found for found in entry.legos if found.new):
        parts = [
            Feeder(f"{entry.seed_id}F{next(numbers):02}", target, known, found.id)
            for known, target in map(chunks, found.components)
        ]
        lego = Lego(found.id, TYPES[found.type], found.lego.target, found.lego.known)
        legos.append(msgspec.structs.replace(lego, componentization=explain(lego, parts)) if parts else lego)
        feeders += parts
    sentences = entry.seed_pair.target, entry.seed_pair.known
    return Seed(
        document.course, entry.seed_id, document.target, document.known, *sentences, tuple(legos), tuple(feeders)
    )


def chunks(component: Pair | tuple[str, str]) -> tuple[str, str]:
    """(known, target)."""
    return (component.known, component.target) if isinstance(component, Pair) else component
