"""The same work as an engineer writes it in an afternoon: json and jsonlines. It shares no code with ours.

`python -m benchmarks.scale.plain COURSES CORRECTIONS PROMPT TRAINING VALIDATION PROVENANCE` writes both files, and
where each line comes from.
"""

import hashlib
import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

Seed = dict[str, Any]
CJK = "぀-ヿ㐀-䶿一-鿿"
WORD = re.compile(rf"[{CJK}]|[^\W_{CJK}]+(?:['’][^\W_]+)*['’]?")
ARTICLES = {"el", "la", "los", "las", "un", "una", "il", "le", "les", "the", "a", "an"}
PREPOSITIONS = {"to", "in", "on", "at", "by", "for", "with", "from", "of", "about"}
PREPOSITIONS |= {"de", "a", "en", "con", "por", "para", "di", "da", "per", "avec", "sans"}


def lines(path: Path) -> Iterator[Any]:
    import jsonlines  # not above: Hugging Face's environment, where the check of a line runs too, has it not

    with path.open(encoding="utf-8") as file:
        yield from jsonlines.Reader(file, loads=json.loads)  # it would take orjson, where that is installed


def same(chunk: str) -> str:
    return chunk.strip().lower()


def pairs_of(seed: Seed) -> list[dict[str, str]]:
    return [*seed["lego_pairs"], *seed["feeder_pairs"]]


def corrected(path: Path, latest: dict[str, Any]) -> list[Seed]:
    """A course as its latest corrections leave it."""
    return [{**seed, **latest[seed["seed_id"]]["after"]} if seed["seed_id"] in latest else seed for seed in lines(path)]


def latest_of(corrections: Path) -> dict[str, Any]:
    """Seed id -> its latest correction."""
    found = sorted(lines(corrections), key=lambda one: str(one["corrected_at"])) if corrections.exists() else []
    return {one["seed_id"]: one for one in found}


def lone(lego: dict[str, str]) -> bool:
    """Whether a LEGO breaks FD: an empty chunk, an article or a preposition alone."""
    known, target = same(lego["known_chunk"]), same(lego["target_chunk"])
    return not known or not target or target in ARTICLES or known in PREPOSITIONS or target in PREPOSITIONS


def unlawful(seeds: list[Seed]) -> set[str]:
    """The seeds that break FD, or FCFS: their known chunk has another target already."""
    first: dict[str, str] = {}
    found = {seed["seed_id"] for seed in seeds if any(map(lone, seed["lego_pairs"]))}
    for seed in seeds:
        for pair in pairs_of(seed):
            if first.setdefault(same(pair["known_chunk"]), same(pair["target_chunk"])) != same(pair["target_chunk"]):
                found.add(seed["seed_id"])
    return found


class Claims:
    """The first mapping of each known chunk, found by its words."""

    def __init__(self) -> None:
        self.known: set[str] = set()
        self.by_words: dict[tuple[str, ...], list[tuple[int, str, str]]] = defaultdict(list)
        self.longest = 0

    def add(self, seed: Seed) -> None:
        for pair in pairs_of(seed):
            key = same(pair["known_chunk"])
            if key not in self.known:
                words = tuple(WORD.findall(key))
                self.by_words[words].append((len(self.known), pair["known_chunk"], pair["target_chunk"]))
                self.known.add(key)
                self.longest = max(self.longest, len(words))

    def of(self, sentence: str) -> list[dict[str, str]]:
        words = WORD.findall(sentence.lower())
        runs = {tuple(words[at:end]) for at in range(len(words)) for end in range(at + 1, at + self.longest + 1)}
        found = sorted(claim for run in runs for claim in self.by_words.get(run, ()))
        return [{"known_chunk": known, "target_chunk": target} for _, known, target in found]


def prepare(courses: Path, corrections: Path, prompt: Path, *written: Path) -> None:
    import jsonlines

    system = prompt.read_text(encoding="utf-8").strip()
    with ExitStack() as stack:
        train, test = (stack.enter_context(path.open("w", encoding="utf-8")) for path in written[:2])
        origins = stack.enter_context(jsonlines.open(written[2], "w", compact=True))
        made = {"training": 0, "validation": 0}
        for path in sorted(courses.glob("*.jsonl")):
            latest = latest_of(corrections / path.name)
            sources: dict[str, list[Any]] = {side: [] for side in made}
            for side, seed, line in examples(corrected(path, latest), system):
                made[side] += 1
                (train if side == "training" else test).write(line + "\n")
                sources[side].append(source(side, made[side], line, seed, latest.get(seed["seed_id"])))
            for of_side in sources.values():
                origins.write_all(of_side)


def examples(seeds: list[Seed], system: str) -> Iterator[tuple[str, Seed, str]]:
    """The side, the seed and the line of each example of a course."""
    wrong, trained, every = unlawful(seeds), Claims(), Claims()
    for seed in (seed for seed in seeds if seed["seed_id"] not in wrong):
        number = f"seed:{int(seed['seed_id'][1:])}".encode()
        tested = int.from_bytes(hashlib.sha256(number).digest()[:8], "big") / 2**64 < 0.25
        claims = (every if tested else trained).of(seed["known"])
        yield "validation" if tested else "training", seed, compact(example(system, seed, claims))
        every.add(seed)
        if not tested:
            trained.add(seed)


def compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def source(side: str, number: int, line: str, seed: Seed, one: dict[str, Any] | None) -> dict[str, Any]:
    """Where a line comes from: its seed, and the correction of that."""
    found = {"side": side, "line": number, "sha256": hashlib.sha256(line.encode()).hexdigest()}
    origins = []
    if one:
        said = {name: one[name] for name in ("reviewer", "corrected_at", "generation")}
        after = hashlib.sha256(compact(one["after"]).encode()).hexdigest()[:16]
        origins = [{"correction": one["id"], **said, "after": after}]
    return {**found, "course": seed["course"], "seed_id": seed["seed_id"], "corrections": origins}


def example(system: str, seed: Seed, claims: list[dict[str, str]]) -> dict[str, Any]:
    asked = ("course", "seed_id", "target_language", "known_language", "target", "known")
    user = {**{name: seed[name] for name in asked}, "claims": claims}
    answer = {"lego_pairs": seed["lego_pairs"], "feeder_pairs": seed["feeder_pairs"]}
    messages = [
        {"role": role, "content": json.dumps(said, ensure_ascii=False)}
        for role, said in (("user", user), ("assistant", answer))
    ]
    return {"system": system, "messages": messages}


if __name__ == "__main__":
    prepare(*map(Path, sys.argv[1:]))
