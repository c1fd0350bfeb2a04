"""What a rule reports: of a course (by seed) and of a dataset (by line)."""

from typing import Literal

import msgspec

from finetune.records.course import Claim

Severity = Literal["critical", "high", "medium", "low", "structure"]
"""The first four are the original score's; structure rules are reported beside the score."""


class CourseFinding(msgspec.Struct, frozen=True, omit_defaults=True):
    """A course rule's finding, shown as ``course seed: severity: rule: message``.

    `lego_id` is the LEGO at fault, a feeder's fault being its parent's; empty where the seed is at fault as a whole.
    For FCFS, `first` and `violating` are the two mappings.
    """

    rule: str
    severity: Severity
    course: str
    seed_id: str
    message: str
    known_chunk: str = ""
    first: Claim | None = None
    violating: Claim | None = None
    lego_id: str = ""

    def __str__(self) -> str:
        return f"{self.course} {self.seed_id}: {self.severity}: {self.rule}: {self.message}"


class DatasetFinding(msgspec.Struct, frozen=True):
    """A dataset rule's finding, shown as ``file:line:column: rule: message``; `lines` are all lines involved.

    `line` is 0 for a finding on the file as a whole, `column` 0 where there is none; `severity` is error or warning.
    """

    file: str
    line: int
    column: int
    rule: str
    severity: Literal["error", "warning"]
    message: str
    lines: tuple[str, ...] = ()

    def __str__(self) -> str:
        place = ":".join([self.file, *(str(number) for number in (self.line, self.column) if number)])
        return f"{place}: {self.rule}: {self.message}"
