"""What prepare makes of some courses: their lines, and what became of their seeds and corrections."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from finetune.dataset.build import SIDES, Dataset
from finetune.files.gathered import Gathered
from finetune.files.jsonl import ENCODER
from finetune.records.correcting import Corrected
from finetune.records.course import Correction
from finetune.records.dataset import LeftOut, Side
from finetune.records.located import Located
from finetune.records.some import Became, Some


@dataclass
class Part:
    """`lines` and `preferences` are those of some courses, and `left_out` those on every record that is not used.

    `datasets` are course by course: each adds its lines to those of all, and has their sources for itself, since a
    course's lines of one side come before those of the other. What is gathered is in files of the `folder`, where there
    is one.
    """

    folder: Path | None
    lines: dict[Side, Gathered] = field(init=False)
    preferences: dict[Side, Gathered] = field(init=False)
    left_out: Gathered = field(init=False)
    datasets: list[Dataset[Gathered]] = field(default_factory=list)
    became: Became = field(default_factory=Became)

    def __post_init__(self) -> None:
        self.lines, self.preferences = gathered(self.folder), gathered(self.folder)
        self.left_out = Gathered(self.folder)

    def course(self) -> Dataset[Gathered]:
        """What the next course's lines are added to."""
        self.datasets.append(Dataset(self.lines, gathered(self.folder), self.preferences))
        return self.datasets[-1]

    def note(self, left_out: Sequence[LeftOut], corrected: Corrected, lines: Sequence[Located[Correction]]) -> None:
        """Note what became of some seeds and of their corrections."""
        self.became.seeds += sum(map(len, corrected.courses.values()))
        for left in left_out:
            self.became.untaught.add((left.course, left.reason), Some(size=1, first=[left.seed_id]))
            self.left_out.append(json_line({"seed": f"{left.course} {left.seed_id}", "reason": left.reason}))
        unused = unused_of(lines, corrected, left_out)
        for reason, names in unused.items():
            for name in names:
                self.became.unuse(reason, Some(size=1, first=[name]))
                self.left_out.append(json_line({"correction": name, "reason": reason}))
        idle = {name for names in unused.values() for name in names}
        self.became.types.update(str(line.value.error_type) for line in lines if line.value.id not in idle)
        for reversal in corrected.reversals:
            self.became.reversals.add(str(reversal))

    def join(self, other: "Part") -> None:
        """Add what was made of the next seeds of the last course."""
        own, others = self.sinks(), other.sinks()
        for sink, more in zip(own, others, strict=True):
            sink.join(more)
        self.datasets[-1].dropped += other.datasets[-1].dropped
        self.became.join(other.became)

    def sinks(self) -> list[Gathered]:
        kinds = self.lines, self.preferences, *(dataset.sources for dataset in self.datasets)
        return [self.left_out, *(sink for kind in kinds for sink in kind.values())]

    def sealed(self) -> "Part":
        """The same, with as little in memory as another process is well sent."""
        for sink in self.sinks():
            sink.sealed()
        return self


def gathered(folder: Path | None) -> dict[Side, Gathered]:
    return {side: Gathered(folder) for side in SIDES}


def json_line(value: dict[str, str]) -> bytes:
    return ENCODER.encode(value) + b"\n"


def unused_of(
    lines: Sequence[Located[Correction]], corrected: Corrected, left_out: Sequence[LeftOut]
) -> dict[str, list[str]]:
    """Each correction that no line rests on, once: by the first reason that there is."""
    out = {left.seed_id for left in left_out}
    carried = {one.id for (_, seed_id), chain in corrected.chains.items() if seed_id not in out for one in chain}
    withdrawn = [line.value.id for line in lines if line.value.id in corrected.retracted]
    found = {
        "retracted": [name for name in withdrawn if name not in carried],
        "retracted, and carried on by what was built on it": [name for name in withdrawn if name in carried],
        "overruled by another correction of the seed (prepare.conflicts)": [one.id for one in corrected.overruled],
        "corrections of the seed disagree (prepare.conflicts)": [
            one.id for ones in corrected.disputed.values() for one in ones
        ],
    }
    idle = {name for names in found.values() for name in names}
    found["of a seed that is left out"] = [
        line.value.id for line in lines if line.value.seed_id in out and line.value.id not in idle
    ]
    return {reason: names for reason, names in found.items() if names}
