"""Cases for each property: good files, spoilt by chance."""

import hashlib
import json
import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from benchmarks.fuzzing import linted, originals, read
from benchmarks.fuzzing.case import Case
from benchmarks.fuzzing.spoilt import ODD, damaged, odd, spoil, written
from finetune.files.profiles import FOLDER, profile_names
from finetune.records.provenance import Origin, Provenance

ROOT = Path(__file__).parents[2]
CHATS = originals.chats()


SELDOM, OFTEN = (0, 0, 0, 0, 1), (0, 1, 1, 2)
"""How many times something is spoilt. A reader refuses a file at the first fault, the linter goes on."""


def jsonl(values: list[Any], chance: random.Random, times: Sequence[int] = SELDOM) -> bytes:
    """Some of these values as lines, once or twice, spoilt and damaged."""
    some = [chance.choice(values) for _ in range(chance.choice((0, 1, 2, 3, 5)))]
    return lines([*some, *some[: chance.choice((0, 0, 1))]], chance, times)


def lines(values: list[Any], chance: random.Random, times: Sequence[int] = SELDOM) -> bytes:
    """These values as lines, spoilt and damaged."""
    spoilt = [written(spoil(value, chance, chance.choice(times)), chance) + "\n" for value in values]
    return damaged("".join(spoilt).encode("utf-8", "surrogatepass"), chance, chance.choice(SELDOM))


def document(value: Any, chance: random.Random) -> bytes:
    text = written(spoil(value, chance, chance.choice(OFTEN)), chance)
    return damaged(text.encode("utf-8", "surrogatepass"), chance, chance.choice(SELDOM))


def files_to_lint(chance: random.Random) -> Case:
    sides = ("training.jsonl", "validation.jsonl")[: chance.choice((1, 2))]
    files = {side: jsonl(CHATS, chance, OFTEN) for side in sides}
    return Case(files, chance.choice(profile_names()), chance.random() < 0.5, chance.choice((1, 7, 64, 500)))


def folder_of_corrections(chance: random.Random) -> Case:
    flat, nested = originals.answered(flat=True), originals.answered(flat=False)
    own = msgspec.to_builtins(originals.CORRECTION)
    tasks = [originals.annotated() for _ in range(chance.choice((1, 1, 2)))]
    kinds: dict[str, Callable[[], bytes]] = {
        "own.jsonl": lambda: lines([own, {**own, "id": "c-2"}], chance),
        "tasks.json": lambda: document([{**task, "id": number} for number, task in enumerate(tasks)], chance),
        "flat.jsonl": lambda: lines([flat, {**flat, "id": "b"}], chance),
        "lines.json": lambda: lines([flat, nested], chance),
        "nested.json": lambda: document([nested, flat][: chance.choice((1, 2))], chance),
        "retractions.jsonl": lambda: lines([msgspec.to_builtins(originals.RETRACTION)], chance),
    }
    names = {chance.choice(list(kinds)) for _ in range(chance.choice((1, 1, 2)))}
    if "retractions.jsonl" in names:
        names.add("own.jsonl")
    return Case({name: kinds[name]() for name in sorted(names)})


def course(chance: random.Random) -> Case:
    seed = msgspec.to_builtins(originals.SEED)
    kinds: dict[str, Callable[[], bytes]] = {
        "spa_for_eng.jsonl": lambda: lines([{**seed, "seed_id": f"S{n:04}"} for n in (1, 2, 9)], chance),
        "LEGO_BREAKDOWNS_COMPLETE.json": lambda: document(originals.breakdowns(), chance),
        "lego_pairs.json": lambda: document(originals.pairs(), chance),
    }
    name = chance.choice(list(kinds))
    return Case({name: kinds[name]()})


def yaml_of_params(chance: random.Random) -> Case:
    """Lines of our own, some with another value, in no order or gone."""
    lines = (ROOT / "params.yaml").read_text(encoding="utf-8").splitlines()
    for _ in range(chance.choice((0, 1, 1, 2, 3))):
        at = chance.randrange(len(lines))
        key, colon, _ = lines[at].partition(":")
        value = written(odd("a", chance), chance)
        lines[at : at + 1] = chance.choice(
            ([key + colon + " " + value], [], [lines[at]] * 2, [lines[at], "  " + value])
        )
    return Case(
        {"params.yaml": damaged("\n".join(lines).encode("utf-8", "surrogatepass"), chance, chance.choice(SELDOM))}
    )


def toml_of_profile(chance: random.Random) -> Case:
    lines = (FOLDER / f"{chance.choice(profile_names())}.toml").read_text(encoding="utf-8").splitlines()
    for _ in range(chance.choice((0, 1, 1, 2))):
        at = chance.randrange(len(lines))
        key, equals, _ = lines[at].partition("=")
        lines[at] = key + equals + " " + written(odd("a", chance), chance)
    return Case({"own.toml": damaged("\n".join(lines).encode("utf-8", "surrogatepass"), chance, chance.choice(SELDOM))})


def place_of_line(chance: random.Random) -> Case:
    """A place, a sidecar that may know the line, and sometimes a history."""
    training = json.dumps(chance.choice(CHATS), ensure_ascii=True).encode()
    origin = Origin("c-1", "ana", originals.AT, 0)
    known = Provenance("training", 1, hashlib.sha256(training).hexdigest(), "spa_for_eng", "S0001", (origin,))
    place = "training.jsonl:1"
    if chance.random() < 0.5:
        name = chance.choice(("training.jsonl", "nowhere", "", "training.jsonl/a", "\0", "a" * 300, "."))
        place = name + ":" + chance.choice(("1", "2", "0", "-1", "", "²", "٣", "1" * 5000, "1 ", "+1", "\ud800", "1:1"))
    files = {"training.jsonl": training + b"\n", "provenance.jsonl": lines([msgspec.to_builtins(known)] * 2, chance)}
    if chance.random() < 0.2:
        files["generation-1-history.json"] = document([chance.choice(ODD), {"generation": 1}], chance)
    return Case(files, place=place)


PROPERTIES = {
    "lint": (linted.linter, files_to_lint),
    "fix": (linted.fixer, files_to_lint),
    "corrections": (read.corrections, folder_of_corrections),
    "courses": (read.courses, course),
    "params": (read.params, yaml_of_params),
    "profiles": (read.profile, toml_of_profile),
    "provenance": (read.provenance, place_of_line),
}
"""Name -> what has to hold, and a case of it by chance."""
