"""Mends what can be mended without a choice: edge space, blank lines, byte order marks, exact duplicates."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from hashlib import blake2b
from pathlib import Path

from finetune.dataset.digests import digest
from finetune.dataset.line import read_line
from finetune.dataset.rules import rules_with
from finetune.dataset.rules.duplicate_key import check as repeated_keys
from finetune.errors import unusable
from finetune.files.pieces import lines
from finetune.files.writing import whole
from finetune.records.dataset import Line, Side
from finetune.records.profile import Scope


def fix(paths: Mapping[Side, Path], scope: Scope) -> dict[Side, Counter[str]]:
    """Write the files again with every line mended; rule -> lines that it mended or dropped. Without any, leave one be.

    Rules that are ignored, or not among those that alone are looked at, mend nothing.
    A file that is reached by a link stays where it is, and keeps its mode. FinetuneError, and all files as they were,
    for what is not UTF-8: of such a file, nobody knows what a line is.
    """
    with ExitStack() as stack:
        return {side: stack.enter_context(mended(side, path.resolve(), scope)) for side, path in paths.items()}


@contextmanager
def mended(side: Side, path: Path, scope: Scope) -> Iterator[Counter[str]]:
    """What was mended in a copy of a file, which takes its place at the end."""
    fixed: Counter[str] = Counter()
    seen: set[bytes] = set()
    with suppress(UnchangedError), whole(path, path.stat().st_mode) as after:
        for number, raw in enumerate(lines(path), start=1):
            line: Line | None = read_line(side, number, raw, scope)
            if line and line.fault and line.fault.rule == "invalid-utf8":
                right = "save the file as UTF-8 first; nothing was written"
                raise unusable(f"{path}:{number}", line.fault.message, right)
            line = mend(line, scope, fixed) if line else None
            if line is not None and not repeats(line, scope, seen, fixed):
                after.write(line.raw + b"\n")
        yield fixed
        if not fixed:
            raise UnchangedError


class UnchangedError(Exception):
    """There was nothing to mend: what was written meanwhile is thrown away."""


def mend(line: Line, scope: Scope, fixed: Counter[str]) -> Line | None:
    """The line after every rule that mends it, until there is nothing to mend; None where one drops it."""
    rules: set[str] = set()
    mended: bytes | None = line.raw
    while found := next(mendings(line, scope), None):
        rule, mended = found
        rules.add(rule)
        if mended is None:
            break
        line = read_line(line.side, line.number, mended, scope)
    fixed.update(rules)
    return line if mended is not None else None


def mendings(line: Line, scope: Scope) -> Iterator[tuple[str, bytes | None]]:
    """Rules that find something in the line and can mend it, with what they make of it."""
    for rule, module in rules_with("mend", scope.only):
        if rule in scope.ignored or not any(True for _ in module.check(line, scope)):
            continue
        if (mended := module.mend(line)) is not None and line.raw.endswith(b"\r"):
            mended = mended.removesuffix(b"\r") + b"\r"  # the file's line ends are not what was asked for
        if mended != line.raw:
            yield rule, mended


def repeats(line: Line, scope: Scope, seen: set[bytes], fixed: Counter[str]) -> bool:
    """Whether the line is dropped as one that stood there before, with all that nobody knows about it."""
    dropping = [(rule, module) for rule, module in rules_with("DROPS_REPEATS", scope.only) if rule not in scope.ignored]
    if not dropping or any(repeated_keys(line, scope)):  # of such a line, nobody knows what it says
        return False
    more = b"" if line.plain else digest(json.dumps(line.value, sort_keys=True))
    for rule, module in dropping:
        for entry in module.DIGEST(line):
            if (known := blake2b(b"".join((*entry, more)), digest_size=16).digest()) in seen:
                fixed[rule] += 1
                return True
            seen.add(known)
    return False
