"""Lines to show what a rule accepts and what it refuses; the rules' contract test runs them."""

import json
from typing import NamedTuple

from finetune.records.dataset import Side

QUIET = "Quiero comer algo con mi familia esta noche."


class Sample(NamedTuple):
    """Two small files. `lego` says that their examples are LEGO ones, `profile` which provider's they are."""

    training: tuple[str | bytes, ...]
    validation: tuple[str | bytes, ...] = ()
    lego: bool = False
    profile: str = "anthropic"

    def content(self, side: Side) -> bytes:
        lines = self.training if side == "training" else self.validation
        return b"".join((line.encode() if isinstance(line, str) else line) + b"\n" for line in lines)


def chat(user: str = "Split: I want to eat.", answer: str = "I want = quiero", system: str | None = "Split it.") -> str:
    """One line with one question and its answer."""
    messages = [{"role": "user", "content": user}, {"role": "assistant", "content": answer}]
    return json.dumps({"system": system, "messages": messages} if system is not None else {"messages": messages})


def talk(*turns: tuple[str, object], **more: object) -> str:
    """One line of these (role, content) turns, with `more` of its keys."""
    return json.dumps({"system": "Split it.", "messages": [{"role": r, "content": c} for r, c in turns]} | more)


def lego(
    *pairs: tuple[str, str],
    seed_id: str = "S0001",
    claims: tuple[tuple[str, str], ...] = (),
    course: str = "spa_for_eng",
    target: str = "Quiero comer.",
    known: str = "I want to eat.",
    target_language: str = "Spanish",
) -> str:
    """A LEGO example; its pairs and claims are (known, target), all pairs BASE."""
    prompt = {
        "course": course,
        "seed_id": seed_id,
        "target_language": target_language,
        "known_language": "English",
        "target": target,
        "known": known,
        "claims": [{"known_chunk": k, "target_chunk": t} for k, t in claims],
    }
    legos = [
        {"lego_id": f"{seed_id}L{i:02}", "lego_type": "BASE", "target_chunk": t, "known_chunk": k}
        for i, (k, t) in enumerate(pairs, 1)
    ]
    return chat(json.dumps(prompt), json.dumps({"lego_pairs": legos, "feeder_pairs": []}))
