"""No class is nearly all of a file, and no course nearly none of it: what is rare is not learnt."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from finetune.dataset.found import Files
from finetune.dataset.samples import Sample, chat
from finetune.records.dataset import Line, Side
from finetune.records.profile import Scope

SEVERITY = "warning"
GOOD = Sample(tuple(chat(f"Split: {number}", "BASE" if number % 3 else "COMPOSITE") for number in range(30)))
BAD = Sample(tuple(chat(f"Split: {number}", "BASE" if number else "COMPOSITE") for number in range(30)))
LONGEST, ROWS, MOST, LEAST = 24, 20, 0.9, 0.05
"""An answer of up to 24 characters is a class. Of 20 rows or more, 90 % in one class are too many; a course with under
5 % of the largest course's rows is too small."""


def gather(lines: Sequence[Line]) -> Iterator[tuple[Line, tuple[str, ...], bool]]:
    for line in lines:
        if line.prompt:
            yield line, ("course", line.prompt.course), False
        elif line.chat and 0 < len(said := line.chat.last("assistant").strip()) <= LONGEST:
            yield line, ("answer", said), False


def check_files(files: Files, scope: Scope) -> Iterator[tuple[Side, int, str]]:
    sizes: dict[str, dict[str, int]] = defaultdict(dict)
    for (side, (kind, name)), label in files.gathered.items():
        if side == "training":
            sizes[kind][name] = label.size
    largest = max(sizes["course"].values(), default=0)
    for course, size in sorted(sizes["course"].items()):
        if size < LEAST * largest:
            yield (
                "training",
                0,
                f"the course {course} has {size} rows, the largest {largest}; add some, or leave it out",
            )
    answers = sum(sizes["answer"].values())
    name, most = max(sizes["answer"].items(), key=lambda one: (one[1], one[0]), default=("", 0))
    if answers >= ROWS and MOST * answers <= most < answers:
        yield "training", 0, f"{most} of {answers} short answers are {name!r}; add some of the others"
