"""Bytes that atheris mutates, guided by the code that they reach: a process of its own, since atheris ends it.

`python -m benchmarks.fuzzing.guided PROPERTY SECONDS SEED FOLDER`: the folder gets good files to begin with, as
`begin/…`, and a file `crash-…` that makes the property fail.
"""

import random
import sys
from collections.abc import Sequence
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["finetune"]):
    from benchmarks.fuzzing.case import Case, holds
    from benchmarks.fuzzing.cases import PROPERTIES

BEGINNINGS = 50


def main(argv: Sequence[str]) -> None:
    name, seconds, seed, folder = argv
    of, case_by = PROPERTIES[name]
    cases = [case_by(random.Random(number)) for number in range(BEGINNINGS)]  # noqa: S311
    names = sorted({file for case in cases for file in case.files})
    begin = Path(folder) / "begin"
    begin.mkdir()
    for number, case in enumerate(cases):
        for file, data in case.files.items():
            (begin / f"{number}-{file}").write_bytes(bytes([names.index(file)]) + data)

    def one(data: bytes) -> None:
        """The first byte says which file the others are; whatever else the property asks for is as it was."""
        file = names[data[0] % len(names)] if data else names[0]
        base = next(case for case in cases if file in case.files)
        holds(of, Case({**base.files, file: data[1:]}, base.profile, base.lego, base.piece, base.place))

    how = (f"-max_total_time={seconds}", f"-seed={int(seed) + 1}", f"-artifact_prefix={folder}/")
    more = ("-max_len=4096", "-verbosity=0", "-print_final_stats=1")
    atheris.Setup([sys.argv[0], str(begin), *how, *more], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1:])
