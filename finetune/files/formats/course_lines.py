"""A course file of this project (`<course>.jsonl`, a seed per line), or a folder of them."""

from pathlib import Path

from finetune.files.courses import read_course, read_courses
from finetune.records.course import Courses


def reads(path: Path) -> bool:
    return path.suffix == ".jsonl" if path.is_file() else any(path.glob("*.jsonl"))


def read(path: Path) -> Courses:
    return {path.stem: read_course(path)} if path.is_file() else read_courses(path)
