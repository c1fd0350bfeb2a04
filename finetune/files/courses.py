"""Reads the course files: a file per course, a seed per line, in teaching order."""

import re
from pathlib import Path

from finetune.errors import unusable
from finetune.files.jsonl import read_records
from finetune.lego.tokens import has_words
from finetune.records.course import Courses, Seed
from finetune.records.located import Located

SEED_ID = re.compile(r"S[0-9]{4,18}")


def read_course(path: Path) -> list[Seed]:
    """A course's seeds; the file is named after its course, and its seeds are in the order of their numbers."""
    located = read_records(path, Seed)
    for before, line in zip([None, *located], located, strict=False):
        check_line(path, line, before)
    return [line.value for line in located]


def check_line(path: Path, line: Located[Seed], before: Located[Seed] | None) -> None:
    seed = line.value
    if seed.course != path.stem:
        raise unusable(line.where, f"the course is {seed.course!r} in a file named {path.name}", "they have one name")
    if not SEED_ID.fullmatch(seed.seed_id):
        raise unusable(line.where, f"the seed id {seed.seed_id!r} is not S and four digits", "write it like S0012")
    if not has_words(seed.target) or not has_words(seed.known):
        raise unusable(line.where, "a sentence without words", "give both sentences of the pair")
    if before and seed.number <= before.value.number:
        raise unusable(
            line.where, f"{seed.seed_id} comes after {before.value.seed_id}", "seeds stand in teaching order, once each"
        )


def read_courses(folder: Path) -> Courses:
    """Every `*.jsonl` of a folder, by course code, sorted."""
    return {path.stem: read_course(path) for path in course_files(folder)}


def course_files(folder: Path) -> list[Path]:
    """A file per course, sorted."""
    paths = sorted(folder.glob("*.jsonl"))
    if not paths:
        raise unusable(str(folder), "no course here", "put one .jsonl file per course into it")
    return paths
