"""The plain program's check of both files: line by line, with what it has seen in memory. It shares no code with ours.

`python -m benchmarks.scale.plain_check TRAINING VALIDATION` prints, as JSON, defect -> the lines that have it.
"""

import hashlib
import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from benchmarks.scale.plain import Seed, lone, pairs_of, same

LEAK = re.compile(r"\s*(undefined|null|NaN|None)\s*|.*(\{\{.*\}\}|\$\{.*\}|\[object ).*", re.DOTALL)
SECRET = re.compile(
    r"sk-[\w-]{20,}|(AKIA|ASIA)[0-9A-Z]{16}|gh[pos]_\w{30,}|PRIVATE KEY-----|hf_\w{30,}|xox[abp]-[\w-]{10,}"
)
DEFECTS = "contradiction duplicate prompt-on-both-sides seed-on-both-sides placeholder answer-edge-space not-json"
DEFECTS += " role-order secret broken-law"


def strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from strings(one)
    elif isinstance(value, list):
        for one in value:
            yield from strings(one)


def breaks(prompt: Seed, answer: Seed) -> bool:
    """Whether an answer breaks FD, FCFS by itself or by the prompt's claims, or has a chunk that is not there."""
    first = {same(one["known_chunk"]): same(one["target_chunk"]) for one in prompt["claims"]}
    known, target = prompt["known"].lower(), prompt["target"].lower()
    for pair in pairs_of(answer):
        if first.setdefault(same(pair["known_chunk"]), same(pair["target_chunk"])) != same(pair["target_chunk"]):
            return True
        if pair["known_chunk"].lower() not in known or pair["target_chunk"].lower() not in target:
            return True
    return any(map(lone, answer["lego_pairs"]))


def check_line(line: str, seen: "Seen", place: str) -> Iterator[str]:
    try:
        value = json.loads(line)
    except ValueError:
        yield "not-json"
        return
    *asked, said = value["messages"]
    if [one["role"] for one in value["messages"]] != ["user", "assistant"]:
        yield "role-order"
    if said["content"] != said["content"].strip():
        yield "answer-edge-space"
    if SECRET.search(line):
        yield "secret"
    yield from seen.add(place, json.dumps([value.get("system"), asked]), said["content"])
    try:
        prompt, answer = json.loads(asked[-1]["content"]), json.loads(said["content"])
        if any(map(LEAK.fullmatch, strings([prompt, answer]))):
            yield "placeholder"
        if breaks(prompt, answer):
            yield "broken-law"
        seen.seeds[prompt["seed_id"]].append(place)
    except (ValueError, KeyError, TypeError):
        return


class Seen:
    """What is remembered of all lines: prompts by their digests, and seeds."""

    def __init__(self) -> None:
        self.prompts: dict[bytes, list[tuple[str, bytes]]] = defaultdict(list)
        self.seeds: dict[str, list[str]] = defaultdict(list)

    def add(self, place: str, prompt: str, answer: str) -> Iterator[str]:
        digest = hashlib.md5(answer.encode("utf-8", "replace"), usedforsecurity=False).digest()
        group = self.prompts[hashlib.md5(prompt.encode(), usedforsecurity=False).digest()]
        side = place.split(":")[0]
        if any(other.split(":")[0] == side and one == digest for other, one in group):
            yield "duplicate"
        group.append((place, digest))

    def across(self) -> Iterator[tuple[str, str]]:
        for group in (group for group in self.prompts.values() if len(group) > 1):
            trained = [one for one in group if one[0].startswith("training")]
            if len({answer for _, answer in trained}) > 1:
                yield from (("contradiction", place) for place, _ in trained)
            if trained:
                yield from (("prompt-on-both-sides", place) for place, _ in group if place.startswith("validation"))
        for places in self.seeds.values():
            if any(place.startswith("training") for place in places):
                yield from (("seed-on-both-sides", place) for place in places if place.startswith("validation"))


def check(training: Path, validation: Path) -> dict[str, list[str]]:
    """Defect -> the lines that have it, as side:number."""
    found: dict[str, list[str]] = {name: [] for name in DEFECTS.split()}
    seen = Seen()
    for side, path in (("training", training), ("validation", validation)):
        with path.open(encoding="utf-8") as file:
            for number, line in enumerate(file, start=1):
                for name in check_line(line, seen, f"{side}:{number}"):
                    found[name].append(f"{side}:{number}")
    for name, place in seen.across():
        found[name].append(place)
    return found


if __name__ == "__main__":
    sys.stdout.write(json.dumps(check(Path(sys.argv[1]), Path(sys.argv[2]))) + "\n")
