"""Reads the course files: a file per course, a seed per line, in teaching order."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from finetune.errors import unusable
from finetune.files.jsonl import each_block
from finetune.lego.tokens import has_words
from finetune.records.course import Courses, Feeder, Lego, Seed

SEED_KEYS, LEGO_KEYS, FEEDER_KEYS = Seed.__struct_fields__, Lego.__struct_fields__, Feeder.__struct_fields__
SEED_ID = re.compile(r"S[0-9]{4,18}")
TOGETHER = 1 << 22
"""Bytes of a course that are read at once, where all of it is wanted."""


class Stretch(NamedTuple):
    """Seeds that follow each other in a course. `plain`: no text of theirs has a character that JSON escapes."""

    seeds: list[Seed]
    plain: bool


def each_stretch(path: Path, size: int) -> Iterator[Stretch]:
    """A course's seeds, some `size` bytes of their file at a time.

    The file is named after its course, and its seeds are in the order of their numbers.
    """
    course, before, number = path.stem, "", 0
    for first, seeds, data in each_block(path, Seed, size, keys_of):
        for line, seed in enumerate(seeds, start=first):
            if seed.course != course:
                what = f"the course is {seed.course!r} in a file named {path.name}"
                raise unusable(f"{path}:{line}", what, "they have one name")
            check_seed(path, line, seed)
            if (following := seed.number) <= number and before:
                what = f"{seed.seed_id} comes after {before}"
                raise unusable(f"{path}:{line}", what, "seeds stand in teaching order, once each")
            before, number = seed.seed_id, following
        yield Stretch(seeds, b"\\" not in data)


def read_course(path: Path) -> list[Seed]:
    """All of a course's seeds."""
    return [seed for stretch in each_stretch(path, TOGETHER) for seed in stretch.seeds]


def check_seed(path: Path, line: int, seed: Seed) -> None:
    if not SEED_ID.fullmatch(seed.seed_id):
        what = f"the seed id {seed.seed_id!r} is not S and four digits"
        raise unusable(f"{path}:{line}", what, "write it like S0012")
    if not has_words(seed.target) or not has_words(seed.known):
        raise unusable(f"{path}:{line}", "a sentence without words", "give both sentences of the pair")


def keys_of(seeds: Sequence[Seed]) -> int:
    """How many keys seeds have in JSON, with those of their LEGOs and feeders."""
    found = len(SEED_KEYS) * len(seeds)
    for seed in seeds:
        found += len(LEGO_KEYS) * len(seed.lego_pairs) + len(FEEDER_KEYS) * len(seed.feeder_pairs)
        for lego in seed.lego_pairs:
            if lego.componentization is None:
                found -= 1
    return found


def read_courses(folder: Path) -> Courses:
    """Every `*.jsonl` of a folder, by course code, sorted."""
    return {path.stem: read_course(path) for path in course_files(folder)}


def course_files(folder: Path) -> list[Path]:
    """A file per course, sorted. Hidden files and Markdown are none; any other is refused: no course is passed over."""
    found = sorted(folder.iterdir()) if folder.is_dir() else []
    paths = [path for path in found if not path.name.startswith(".") and path.suffix != ".md"]
    for path in paths:
        if path.suffix != ".jsonl" or not path.is_file():
            raise unusable(str(path), "no course file", "a course is a .jsonl file; put what is none elsewhere")
    if not paths:
        raise unusable(str(folder), "no course here", "put one .jsonl file per course into it")
    return paths
