"""One program after another on the same files: it makes the lines, and checks the planted ones."""

import filecmp
import json
import shutil
from collections.abc import Callable
from itertools import islice
from pathlib import Path

from benchmarks.scale.environment import Environment
from benchmarks.scale.measured import Measured, last, measure
from benchmarks.scale.plant import DEFECTS, PLACES, Places, planted_line
from benchmarks.scale.programs import MADE, PROGRAMS, ROOT, WRITTEN, command, python_of
from benchmarks.scale.result import Result

AGAIN = "again"
PROBE = 64
"""Lines of a small file with one defect: more than any program asks for."""
MOST = 3
"""Times the planted lines that a program may name for a defect: one that names every line has found nothing."""


class Trial:
    """`folder` has the raw records; a program's lines go into a folder of its name in there."""

    def __init__(self, folder: Path, environment: Environment, limit: float, tell: Callable[[str], None]) -> None:
        self.folder, self.environment, self.limit, self.tell = folder, environment, limit, tell
        self.places: Places = {}

    def run(self, name: str) -> Result:
        """Both steps, or why not."""
        package = PROGRAMS[name].package
        if package and (wrong := self.environment.install(package, self.tell)):
            return Result(None, Measured(), failed=f"not installed: {wrong}")
        made = self.make(name) if PROGRAMS[name].make else None
        if made and made.failed:
            return Result(made, Measured(), failed=made.failed)
        return self.check(name, made)

    def again(self, name: str) -> tuple[Measured | None, Measured]:
        """Both steps once more, as they were: nothing is kept of what they write, and they find what they found."""
        program = PROGRAMS[name]
        made = self.make(name, AGAIN) if program.make else None
        shutil.rmtree(self.folder / AGAIN, ignore_errors=True)
        return made, self.checks(name)

    def make(self, name: str, into: str = "") -> Measured:
        (self.folder / (into or name)).mkdir()
        words = list(PROGRAMS[name].make)
        return self.step(name, "makes the lines", words, self.folder / "planted", (0,), into)

    def checks(self, name: str) -> Measured:
        program = PROGRAMS[name]
        return self.step(name, "checks the files", list(program.check), self.folder / program.timed_on, (0, 1))

    def check(self, name: str, made: Measured | None) -> Result:
        program = PROGRAMS[name]
        checked = self.checks(name)
        if checked.failed:
            return Result(made, checked, failed=checked.failed)
        same = self.same(name) if made and name != "ours" else None
        try:
            found = self.found(program.read(checked.output)) if program.read else self.probed(name)
        except (ValueError, KeyError, TypeError):
            return Result(made, checked, failed=f"it printed {last(checked.output)!r}")
        return Result(made, checked, found, same)

    def step(
        self, name: str, what: str, words: list[str], files: Path, good: tuple[int, ...], into: str = ""
    ) -> Measured:
        python = python_of(name, self.environment.folder)
        said = command(words, python, str(self.folder / (into or name)), [str(files / one) for one in MADE])
        more = {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "TMPDIR": str(self.folder), "HF_HUB_OFFLINE": "1"}
        more["HF_HOME"] = str(self.folder / "cache")
        done = measure(said, self.folder, more, self.limit, good)
        self.tell(f"{name} {what}: {done.failed or f'{done.seconds:.1f} s'}")
        return done

    def same(self, name: str) -> bool:
        pairs = [(self.folder / "ours" / one, self.folder / name / one) for one in WRITTEN]
        return all(filecmp.cmp(ours, its, shallow=False) for ours, its in pairs)

    def found(self, named: Places) -> tuple[str, ...]:
        """The defects that it names in all their places, and in few others."""
        return tuple(
            defect
            for defect in DEFECTS
            if set(self.places[defect]) <= set(named.get(defect, ())) and len(named[defect]) <= MOST * PLACES
        )

    def probe(self, clean: tuple[Path, Path]) -> None:
        """Write a small clean pair of files, and one for each defect with that alone."""
        heads = []
        for path in clean:
            with path.open("rb") as file:
                heads.append(list(islice(file, PROBE)))
        for name in ("clean", *DEFECTS):
            folder = self.folder / f"probe-{name}"
            folder.mkdir()
            for one, lines in zip(MADE, planted_line(name, heads[0], heads[1]), strict=True):
                (folder / one).write_bytes(b"".join(lines))

    def probed(self, name: str) -> tuple[str, ...]:
        """The defects that it objects to, in files to which it does not object without them."""
        names = ("clean", *DEFECTS)
        words = list(PROGRAMS[name].check)
        words += [str(self.folder / f"probe-{probe}" / one) for probe in names[1:] for one in MADE]
        done = self.step(name, "is tried on one defect at a time", words, self.folder / "probe-clean", (0,))
        if done.failed:
            raise ValueError(done.failed)
        clean, *problems = json.loads(done.output)
        return tuple(defect for defect, found in zip(DEFECTS, problems, strict=True) if found > clean)
