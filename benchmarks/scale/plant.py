"""Copies a training and a validation file with known defects in known lines."""

import json
import random
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

PLACES = 5
"""Of each defect: a few in a million lines."""
Line = dict[str, Any]
Places = dict[str, list[str]]
"""Defect -> the planted lines, as side:number; a defect is called as our rule that finds it."""


def as_line(value: Line) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def said(line: bytes, number: int, change: Callable[[Line], object]) -> bytes:
    """The line, with the JSON in its message changed."""
    value = json.loads(line)
    content = json.loads(value["messages"][number]["content"])
    change(content)
    value["messages"][number]["content"] = json.dumps(content, ensure_ascii=False)
    return as_line(value)


def placeholder(line: bytes) -> bytes:
    return said(line, 0, lambda prompt: prompt.update(target_language="undefined"))


def secret(line: bytes) -> bytes:
    """A key that is none, put together here so that nobody's scanner stumbles over it."""
    key = "sk-" + "ant-api03-" + "a1B2" * 10
    return said(line, 0, lambda prompt: prompt.update(known=f"{prompt['known']} {key}"))


def broken_law(line: bytes) -> bytes:
    """A known chunk with a second target, that stands in the sentence too: FCFS alone is broken."""
    prompt = json.loads(json.loads(line)["messages"][0]["content"])

    def change(answer: Line) -> None:
        first = answer["lego_pairs"][0]
        lego_id = f"{prompt['seed_id']}L{len(answer['lego_pairs']) + 1:02}"
        answer["lego_pairs"].append({**first, "lego_id": lego_id, "target_chunk": prompt["target"][:-1]})

    return said(line, 1, change)


def answer_edge_space(line: bytes) -> bytes:
    value = json.loads(line)
    value["messages"][-1]["content"] += "\n\n"
    return as_line(value)


def not_json(line: bytes) -> bytes:
    return line.removesuffix(b"}\n") + b"\n"


def role_order(line: bytes) -> bytes:
    value = json.loads(line)
    value["messages"].reverse()
    return as_line(value)


def contradiction(line: bytes) -> bytes:
    return said(line, 1, lambda answer: answer["lego_pairs"].pop())


IN_PLACE = {
    "answer-edge-space": answer_edge_space,
    "broken-law": broken_law,
    "not-json": not_json,
    "placeholder": placeholder,
    "role-order": role_order,
    "secret": secret,
}
"""In training lines; each is a line with nothing else wrong."""
COPIED = ("contradiction", "duplicate", "prompt-on-both-sides")
"""Behind the last line: copies of training lines."""
DEFECTS = (*COPIED, "seed-on-both-sides", *IN_PLACE)


def plant(clean: tuple[Path, Path], planted: tuple[Path, Path], lines: tuple[int, int], seed: int) -> Places:
    """Write both files with PLACES of each defect; `lines` are how many the clean training and validation file have."""
    chance = random.Random(seed)  # noqa: S311
    # The first line stays as it is: it names a trained seed, and the linter tells by it that the examples are LEGOs.
    picked = chance.sample(range(2, lines[0] + 1), PLACES * len(DEFECTS))
    plan = {number: DEFECTS[at // PLACES] for at, number in enumerate(sorted(picked, key=lambda _: chance.random()))}
    moved = set(chance.sample(range(1, lines[1] + 1), PLACES))
    copies: dict[str, list[bytes]] = {name: [] for name in COPIED}
    places: Places = {name: [f"training:{at}" for at, one in sorted(plan.items()) if one == name] for name in IN_PLACE}

    def training() -> Iterator[bytes]:
        with clean[0].open("rb") as file:
            for number, line in enumerate(file, start=1):
                name = plan.get(number)
                if name in copies:
                    copies[name].append(contradiction(line) if name == "contradiction" else line)
                yield IN_PLACE[name](line) if name in IN_PLACE else line
        yield from (*copies["contradiction"], *copies["duplicate"])

    def validation() -> Iterator[bytes]:
        with clean[0].open("rb") as file:
            trained = json.loads(json.loads(next(islice(file, 1)))["messages"][0]["content"])["seed_id"]
        with clean[1].open("rb") as file:
            for number, line in enumerate(file, start=1):
                yield said(line, 0, lambda prompt: prompt.update(seed_id=trained)) if number in moved else line
        yield from copies["prompt-on-both-sides"]

    for path, written in zip(planted, (training(), validation()), strict=True):
        with path.open("wb") as file:
            file.writelines(written)
    for name, side, after in (
        ("contradiction", "training", lines[0]),
        ("duplicate", "training", lines[0] + PLACES),
        ("prompt-on-both-sides", "validation", lines[1]),
    ):
        places[name] = [f"{side}:{after + at}" for at in range(1, PLACES + 1)]
    places["seed-on-both-sides"] = [f"validation:{number}" for number in sorted(moved)]
    return {name: places[name] for name in DEFECTS}


def planted_line(name: str, training: list[bytes], validation: list[bytes]) -> tuple[list[bytes], list[bytes]]:
    """Both sides with one defect, behind the last line or in the first; as they are where the name is of none."""
    first = training[0]
    if name in IN_PLACE:
        return [IN_PLACE[name](first), *training[1:]], validation
    if name == "seed-on-both-sides":
        trained = json.loads(json.loads(first)["messages"][0]["content"])["seed_id"]
        moved = said(validation[0], 0, lambda prompt: prompt.update(seed_id=trained))
        return training, [moved, *validation[1:]]
    if name == "prompt-on-both-sides":
        return training, [*validation, first]
    copy = {"contradiction": [contradiction(first)], "duplicate": [first]}.get(name, [])
    return [*training, *copy], validation
