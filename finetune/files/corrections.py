"""Reads a folder of corrections, in whatever formats its files are: each module of finetune/files/exports is one."""

import importlib
import pkgutil
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from finetune.errors import unusable
from finetune.files import exports
from finetune.files.document import read_document
from finetune.files.exported import is_list, read_moment
from finetune.files.jsonl import read_records
from finetune.files.reading import titles
from finetune.records.course import Correction
from finetune.records.located import Located
from finetune.records.review import Given, Read, Retraction

RETRACTIONS = "retractions.jsonl"
EMPTY = 1 << 10
"""Bytes that a list of nothing has at most."""


def known_exports() -> dict[str, ModuleType]:
    """Name -> module, sorted. Its docstring says what it reads, `reads(path)` whether it does, `each(path)` does it.

    A module of a reviewing tool has `task(seed, generation, at)` as well: what is imported there, to be corrected.
    """
    return exports_of(tuple(exports.__path__))


@cache
def exports_of(folders: tuple[str, ...]) -> dict[str, ModuleType]:
    """Those of folders: to look for them once for each file takes as long as to read a small one."""
    names = sorted(info.name for info in pkgutil.iter_modules(folders))
    return {name: importlib.import_module(f"{exports.__name__}.{name}") for name in names}


def read_corrections(folder: Path) -> list[Located[Correction]]:
    """The corrections of a folder that count, oldest first; those of one moment in the order of their files."""
    return read_folder(folder).corrections


def read_folder(folder: Path) -> Read:
    """What all files of a folder came to: its corrections, oldest first, and what was left out, file by file.

    No file is no correction: a baseline generation. Hidden files and Markdown are none; any other file is one of a
    known format, or refused: nobody's corrections are passed over in silence.
    """
    read = Read()
    for path in correction_files(folder):
        read.add(each_of(path))
    read.said.sort(key=moment)
    withdraw(read, read_retractions(folder))
    return read


def correction_files(folder: Path) -> list[Path]:
    """The files of a folder that hold corrections, sorted."""
    if not folder.is_dir():
        raise unusable(str(folder), "no such folder", "make it; an empty one is a generation without corrections")
    found = (path for path in folder.iterdir() if not path.name.startswith(".") and path.suffix != ".md")
    return sorted(path for path in found if path.name != RETRACTIONS)


def read_retractions(folder: Path) -> list[Located[Retraction]]:
    """What was withdrawn, in the order of the file; nothing where there is none."""
    path = folder / RETRACTIONS
    return read_records(path, Retraction) if path.exists() else []


def withdraw(read: Read, retractions: list[Located[Retraction]]) -> None:
    """Note what is retracted. A second retraction is refused; one of a correction that there is not any more, as when
    an export was replaced, is noted."""
    known = {line.value.id for line in read.said}
    for line in retractions:
        name = line.value.correction
        if name not in known:
            read.idle.append(idle(line))
            continue
        if name in read.retracted:
            raise unusable(line.where, f"the correction {name} is retracted already", "take the line out")
        read.retracted[name] = line.value


def idle(line: Located[Retraction]) -> str:
    return f"{line.where}: no correction {line.value.correction!r} is there to be retracted"


def each_of(path: Path) -> Iterator[Given]:
    """What a file holds, one by one: a file of lines is never whole in memory."""
    if not is_empty_list(path):
        yield from format_of(path).each(path)


def read_file(path: Path) -> Read:
    read = Read()
    read.add(each_of(path))
    return read


def is_empty_list(path: Path) -> bool:
    """Whether a file is an export without a record: of no format, and nothing is passed over."""
    return is_list(path) and path.stat().st_size < EMPTY and not read_document(path, list[Any])


def format_of(path: Path) -> ModuleType:
    """The one module that reads a file."""
    modules = list(known_exports().values())
    found = [module for module in modules if module.reads(path)]
    if not found:
        raise unusable(str(path), "no corrections in a format that is known", f"known: {titles(modules)}")
    if len(found) > 1:
        raise unusable(str(path), f"corrections in {len(found)} formats ({titles(found)})", "put them into two files")
    return found[0]


def moment(line: Located[Correction]) -> datetime:
    """When it was corrected, once the line is found to be sound."""
    at = read_moment(line.where, line.value.corrected_at)
    if not line.value.reason.strip():
        raise unusable(line.where, "the reason is empty", "say what is wrong and what is right")
    if not line.value.reviewer.strip():
        raise unusable(line.where, "the reviewer is empty", "say who corrected it")
    return at
