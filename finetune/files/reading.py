"""Reads courses in whatever format they are: each module of finetune/files/formats is one."""

import importlib
import pkgutil
from collections import Counter
from pathlib import Path
from types import ModuleType

from finetune.errors import unusable
from finetune.files import formats
from finetune.records.course import Courses


def known_formats() -> dict[str, ModuleType]:
    """Name -> module, sorted. Its docstring says what it reads, `reads(path)` whether it does, `read(path)` does it."""
    names = sorted(info.name for info in pkgutil.iter_modules(formats.__path__))
    return {name: importlib.import_module(f"{formats.__name__}.{name}") for name in names}


def read_any(path: Path) -> Courses:
    """The courses of a file or folder. What is in no format, in two, without a seed, or has one twice is refused."""
    if not path.exists():
        raise unusable(str(path), "no such file or folder", "check the path")
    modules = known_formats().values()
    found = [module for module in modules if module.reads(path)]
    if not found:
        raise unusable(str(path), "no course in a format that is known", f"known: {titles(list(modules))}")
    if len(found) > 1:
        raise unusable(str(path), f"courses in {len(found)} formats ({titles(found)})", "name the file that is meant")
    courses: Courses = found[0].read(path)
    for code, seeds in courses.items():
        if not seeds:
            raise unusable(f"{path}: {code}", "a course without a seed", "give it one, or take it out")
        seed_id, times = Counter(seed.seed_id for seed in seeds).most_common(1)[0]
        if times > 1:
            raise unusable(f"{path}: {code}", f"the seed {seed_id} stands there {times} times", "keep one of them")
    return courses


def titles(modules: list[ModuleType]) -> str:
    """What formats are, by the first line of their docstrings."""
    return "; ".join((module.__doc__ or "").splitlines()[0].rstrip(".") for module in modules)
