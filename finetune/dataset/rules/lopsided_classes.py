"""No class is nearly all of a file, and no course nearly none of it: what is rare is not learnt."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from finetune.dataset.found import MORE, Files
from finetune.dataset.samples import Sample, chat
from finetune.records.dataset import Line, Side
from finetune.records.profile import Scope

SEVERITY = "warning"
GOOD = Sample(tuple(chat(f"Split: {number}", "BASE" if number % 3 else "COMPOSITE") for number in range(30)))
BAD = Sample(tuple(chat(f"Split: {number}", "BASE" if number else "COMPOSITE") for number in range(30)))
LONGEST, ROWS, MOST, LEAST = 40, 20, 0.9, 0.05
"""An answer of up to 40 characters is a class, where half of all answers are so short and, on average, each is there
twice. Of 20 rows or more, 90 % in one class are too many; a course with under 5 % of the largest course's rows is too
small."""


def gather(lines: Iterable[Line]) -> Iterator[tuple[Line, tuple[str, ...], str]]:
    for line in lines:
        if line.prompt:
            yield line, ("course", line.prompt.course), ""
        elif line.chat:
            said = line.chat.last("assistant").strip()
            yield line, ("answer", said if len(said) <= LONGEST else ""), ""


def check_files(files: Files, scope: Scope) -> Iterator[tuple[Side, int, str]]:
    sizes: dict[tuple[Side, str], dict[str, int]] = defaultdict(dict)
    for (side, (kind, name)), label in files.gathered.items():
        sizes[side, kind][name] = label.size
    sizes["training", "course"].pop(MORE, None)
    yield from small_courses(sizes["training", "course"])
    trained, tested = sizes["training", "answer"], sizes["validation", "answer"]
    rows, longer = sum(trained.values()), trained.pop("", 0)
    tested.pop("", None)
    if rows < ROWS or longer * 2 > rows or len(trained) * 2 > rows - longer:
        return
    name, most = max(trained.items(), key=lambda one: (one[1], one[0]))
    if MOST * (rows - longer) <= most:
        yield "training", 0, f"{most} of {rows - longer} short answers are {name!r}; add some of the others"
    for name in sorted(set(tested) - set(trained)) if len(tested) <= len(trained) * 2 else ():
        yield "validation", 0, f"the answer {name!r} is asked for and never trained on; add examples of it"


def small_courses(sizes: dict[str, int]) -> Iterator[tuple[Side, int, str]]:
    largest = max(sizes.values(), default=0)
    for course, size in sorted(sizes.items()):
        if size < LEAST * largest:
            said = f"the course {course} has {size} rows, the largest {largest}; add some, or leave it out"
            yield "training", 0, said
