"""A `LEGO_BREAKDOWNS_COMPLETE.json`, or the folder that has it."""

from pathlib import Path

import msgspec

from finetune.files.document import read_document
from finetune.records import course as records
from finetune.records.course import Courses, LegoType

FILE = "LEGO_BREAKDOWNS_COMPLETE.json"


class Metadata(msgspec.Struct):
    lang_pair: str
    target_language: str
    known_language: str


class Lego(msgspec.Struct):
    lego_id: str
    lego_type: LegoType
    target_chunk: str
    known_chunk: str
    componentization: str | None = None


class Feeder(msgspec.Struct):
    target_chunk: str
    known_chunk: str
    parent_lego_id: str
    feeder_id: str = ""


class Seed(msgspec.Struct):
    seed_id: str
    original_target: str
    original_known: str
    lego_pairs: list[Lego]
    feeder_pairs: list[Feeder] = []


class Document(msgspec.Struct):
    course_metadata: Metadata
    lego_breakdowns: list[Seed]


def reads(path: Path) -> bool:
    return path.name == FILE if path.is_file() else (path / FILE).is_file()


def read(path: Path) -> Courses:
    """One course, called by its `lang_pair`. A feeder without an id gets the one of its place: S0002F01, S0002F02…"""
    document = read_document(path if path.is_file() else path / FILE, Document)
    about = document.course_metadata
    return {
        about.lang_pair: [
            records.Seed(
                about.lang_pair,
                seed.seed_id,
                about.target_language,
                about.known_language,
                seed.original_target,
                seed.original_known,
                tuple(
                    records.Lego(
                        pair.lego_id, pair.lego_type, pair.target_chunk, pair.known_chunk, pair.componentization
                    )
                    for pair in seed.lego_pairs
                ),
                tuple(
                    records.Feeder(
                        pair.feeder_id or f"{seed.seed_id}F{number:02}",
                        pair.target_chunk,
                        pair.known_chunk,
                        pair.parent_lego_id,
                    )
                    for number, pair in enumerate(seed.feeder_pairs, 1)
                ),
            )
            for seed in document.lego_breakdowns
        ]
    }
