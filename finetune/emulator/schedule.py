"""The faults in force: read from a file, or taken while the emulator runs; and which is due at a request."""

import re
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec

from finetune.emulator.faults import Fated, Fault, name_of, names
from finetune.errors import unusable

JOBS = "/v1/fine-tuning/jobs"


def read_faults(path: Path) -> list[Fault]:
    """A JSON list, or a TOML file of [[faults]]."""
    try:
        text = path.read_text(encoding="utf-8")
        value = tomllib.loads(text) if path.suffix == ".toml" else msgspec.json.decode(text)
    except FileNotFoundError:
        raise unusable(str(path), "no such file", "name a JSON or TOML file of faults") from None
    except (ValueError, RecursionError) as error:
        at = re.search(r" \(byte (\d+)\)", str(error))
        line = f":{text.encode()[: int(at[1])].count(10) + 1}" if at else ""
        raise unusable(f"{path}{line}", str(error), "write a JSON list, or TOML with [[faults]]") from None
    return to_faults(value, str(path))


def to_faults(value: Any, where: str) -> list[Fault]:
    """Faults of a list, or of an object whose `faults` is one; one that is wrong is told with its place."""
    listed = value["faults"] if isinstance(value, dict) and set(value) == {"faults"} else value
    if not isinstance(listed, list):
        raise unusable(where, "not a list of faults", "write a JSON list, or TOML with [[faults]]")
    return [to_fault(one, f"{where}: fault {number}") for number, one in enumerate(listed, start=1)]


def to_fault(value: Any, where: str) -> Fault:
    try:
        fault: Fault = msgspec.convert(value, Fault)
    except msgspec.ValidationError as error:
        raise unusable(where, str(error), f"known faults: {', '.join(names())}") from None
    try:
        jobs = re.fullmatch(fault.path, JOBS)
    except re.error as error:
        raise unusable(f"{where}: path", f"no regular expression ({error})", f"such as {JOBS}") from None
    if (fault.request is None) is not fault.every:
        raise unusable(where, "it needs either `request` or `every`", '"request": 1, or "every": true')
    if isinstance(fault, Fated) and not (fault.method == "POST" and jobs):
        raise unusable(where, f"{name_of(fault)} is decided when a job is made", f"write it for POST {JOBS}")
    return fault


class Schedule:
    """The faults in force, how many requests each saw, and how often each kind struck."""

    def __init__(self, faults: list[Fault]) -> None:
        self.struck: Counter[str] = Counter()
        self.replace(faults)

    def replace(self, faults: list[Fault]) -> None:
        self.faults, self.seen = faults, [0] * len(faults)

    def strike(self, method: str, path: str) -> Fault | None:
        """The first fault of the list that is due at this request; every one that matches counts it."""
        due = None
        for place, fault in enumerate(self.faults):
            if fault.method == method and re.fullmatch(fault.path, path):
                self.seen[place] += 1
                due = due or (fault if fault.every or fault.request == self.seen[place] else None)
        if due is not None:
            self.struck[name_of(due)] += 1
        return due
