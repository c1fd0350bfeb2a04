"""Makes courses of any number of seeds, and corrections of some: lawful, of real words, the same bytes for a seed."""

import multiprocessing
import random
from functools import partial
from pathlib import Path
from typing import NamedTuple

from benchmarks.scale.sentences import breakdown, breakdowns, correction, languages, sentences, spoilt

SEEDS = 668
"""Of a long course."""
CORRECTED = 0.03
PROCESSES = 2
PROMPT = """You break a seed sentence of a language course into LEGOs: chunk pairs that a learner meets one by one.
FD: whoever sees the known chunk knows exactly one target chunk. FCFS: the first seed that maps a known chunk claims it.
Every chunk is a slice of its sentence. A COMPOSITE has feeders, and a componentization that names them.
Answer with one JSON object: lego_pairs and feeder_pairs.
"""
PARAMS = """prepare:
  split_salt: seed
  validation_fraction: 0.25
  never_trained: []
  conflicts: latest
  format: anthropic
  preferences: none
"""


class Written(NamedTuple):
    """How much there is; `bytes` are those of courses and corrections."""

    courses: int
    seeds: int
    corrections: int
    bytes: int


def generate(folder: Path, records: int, seed: int) -> Written:
    """Write courses/, corrections/, prompt.md and params.yaml: `records` seeds, spread evenly over their courses."""
    courses = max(1, round(records / SEEDS))
    for name in ("courses", "corrections"):
        (folder / name).mkdir(parents=True)
    (folder / "prompt.md").write_text(PROMPT, encoding="utf-8")
    (folder / "params.yaml").write_text(PARAMS, encoding="utf-8")
    sizes = [records // courses + (number < records % courses) for number in range(courses)]
    make = partial(write_course, folder=folder, seed=seed)
    if courses < 20:  # faster than to start processes
        made = [make(one) for one in enumerate(sizes)]
    else:
        with multiprocessing.get_context("spawn").Pool(PROCESSES) as pool:
            made = pool.map(make, enumerate(sizes), chunksize=8)
    return Written(courses, records, sum(one[0] for one in made), sum(one[1] for one in made))


def write_course(one: tuple[int, int], folder: Path, seed: int) -> tuple[int, int]:
    """A course by its number and its size; returns how many corrections it has, and the bytes of both files."""
    number, size = one
    codes = [code for code in languages() if code != "eng"]
    code = codes[number % len(codes)]
    course = f"{code}_for_eng_{number // len(codes) + 1:04}"
    chance = random.Random(f"{seed}:{number}")  # noqa: S311
    lines: list[str] = []
    corrections: list[str] = []
    for seed_id, pairs, new in breakdowns(chance, languages()[code], size):
        after = before = breakdown(seed_id, new)
        if chance.random() < CORRECTED:
            kind, before = spoilt(chance, seed_id, pairs, new)
            corrections.append(correction(course, len(corrections) + 1, seed_id, kind, before, after))
        known, target = sentences(languages()[code], pairs)
        lines.append(
            f'{{"course": "{course}", "seed_id": "{seed_id}", "target_language": "{languages()[code]["name"]}", '
            f'"known_language": "English", "target": "{target}", "known": "{known}", {before[1:]}\n'
        )
    data = "".join(lines).encode(), "".join(corrections).encode()
    (folder / "courses" / f"{course}.jsonl").write_bytes(data[0])
    if corrections:
        (folder / "corrections" / f"{course}.jsonl").write_bytes(data[1])
    return len(corrections), len(data[0]) + len(data[1])
