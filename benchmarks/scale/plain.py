"""The same work as an engineer writes it in an afternoon: json and jsonlines. It shares no code with ours.

`python -m benchmarks.scale.plain COURSES CORRECTIONS PROMPT TRAINING VALIDATION` writes both files.
"""

import hashlib
import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
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


def corrected(path: Path, corrections: Path) -> list[Seed]:
    """A course as its latest corrections leave it."""
    latest: dict[str, Any] = {}
    if corrections.exists():
        for one in sorted(lines(corrections), key=lambda one: str(one["corrected_at"])):
            latest[one["seed_id"]] = one
    return [{**seed, **latest[seed["seed_id"]]["after"]} if seed["seed_id"] in latest else seed for seed in lines(path)]


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


def prepare(courses: Path, corrections: Path, prompt: Path, training: Path, validation: Path) -> None:
    import jsonlines

    system = prompt.read_text(encoding="utf-8").strip()
    with jsonlines.open(training, "w", compact=True) as train, jsonlines.open(validation, "w", compact=True) as test:
        for path in sorted(courses.glob("*.jsonl")):
            seeds = corrected(path, corrections / path.name)
            wrong, trained, every = unlawful(seeds), Claims(), Claims()
            for seed in (seed for seed in seeds if seed["seed_id"] not in wrong):
                number = f"seed:{int(seed['seed_id'][1:])}".encode()
                tested = int.from_bytes(hashlib.sha256(number).digest()[:8], "big") / 2**64 < 0.25
                claims = (every if tested else trained).of(seed["known"])
                (test if tested else train).write(example(system, seed, claims))
                every.add(seed)
                if not tested:
                    trained.add(seed)


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
