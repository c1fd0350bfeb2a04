"""Files that are good, to be spoilt: of every kind that is read from people or from their tools."""

import json
from typing import Any

import msgspec

from finetune.dataset.rules import rule_modules
from finetune.dataset.samples import chat, lego, talk
from finetune.files.exports import argilla, label_studio
from finetune.records.course import Breakdown, Correction, Courses, Feeder, Lego, Seed
from finetune.records.review import Retraction

AT = "2026-10-05T09:30:00Z"
SEED = Seed(
    "spa_for_eng",
    "S0001",
    "Spanish",
    "English",
    "Quiero comer.",
    "I want to eat.",
    (Lego("S0001L01", "BASE", "Quiero", "I want"), Lego("S0001L02", "COMPOSITE", "comer", "to eat", "to eat = comer")),
    (Feeder("S0001F01", "comer", "eat", "S0001L02"),),
)
RIGHT = Breakdown((Lego("S0001L01", "BASE", "Quiero comer", "I want to eat"),), ())
COURSES: Courses = {SEED.course: [SEED]}
CORRECTION = Correction(
    "c-1", SEED.course, SEED.seed_id, "WRONG_CHUNKING", SEED.breakdown, RIGHT, "It is one.", "ana", AT, 0
)
RETRACTION = Retraction("c-1", "It was right.", "ana", AT)
PARTS = [
    {"type": "text", "text": "Split this."},
    {"type": "image_url", "image_url": {"url": "https://example.com/a.png"}},
]
CALL = {"id": "c", "type": "function", "function": {"name": "split", "arguments": "{}"}}


def chats() -> list[Any]:
    """Lines of chat files as values: every rule's samples, and what the providers' shapes have besides."""
    lines: list[str | bytes] = [
        chat(),
        talk(("user", "a"), ("assistant", "b"), ("user", "c"), ("assistant", "d")),
        lego(("I want", "Quiero"), ("to eat", "comer"), claims=(("I", "yo"),)),
        chat(
            "**Target Language:** Spanish\n**Target:** Vorrei comprare due mele rosse al mercato.\n**Known:** I want."
        ),
        json.dumps({"messages": [{"role": "system", "content": "Split it."}, *json.loads(chat())["messages"]]}),
        talk(("user", PARTS), ("assistant", [{"type": "text", "text": " b"}]), tools=[], weight=1),
    ]
    for module in rule_modules().values():
        for sample in (module.GOOD, module.BAD):
            lines += [*sample.training[:4], *sample.validation[:2]]
    calls = [
        {"role": "user", "content": "a"},
        {"role": "assistant", "content": None, "tool_calls": [CALL], "weight": 0},
    ]
    called = [*calls, {"role": "tool", "tool_call_id": "c", "content": "b"}, {"role": "assistant", "content": "c "}]
    return [
        *filter(None, map(value_of, lines)),
        {"messages": called, "tools": [{"type": "function"}]},
        {"messages": calls},
    ]


def value_of(line: str | bytes) -> Any:
    """The line's JSON; None where it is none."""
    try:
        return json.loads(line)
    except ValueError:
        return None


def annotated() -> dict[str, Any]:
    """A task of Label Studio with an annotation, as it is exported."""
    made: Any = label_studio.task(SEED, 0, AT)
    given = {"breakdown": {"text": [json.dumps(msgspec.to_builtins(RIGHT))]}, "reason": {"text": ["It is one."]}}
    given["error_type"] = {"choices": ["WRONG_CHUNKING"]}
    results = [{"from_name": name, "to_name": "target", "value": value} for name, value in given.items()]
    more = {"was_cancelled": False, "completed_by": {"id": 3, "email": "a@example.com"}, "parent_prediction": 9}
    annotation = {"id": 7, "result": results, "created_at": AT, "updated_at": AT, "prediction": {}, **more}
    prediction = {"id": 9, **made["predictions"][0]}
    return {"id": 1, "annotations": [annotation], "drafts": [], **made, "predictions": [prediction]}


def answered(flat: bool) -> dict[str, Any]:
    """A record of Argilla with one person's answers, as either of its exports has it."""
    given = {
        "breakdown": json.dumps(msgspec.to_builtins(RIGHT)),
        "error_type": "WRONG_CHUNKING",
        "reason": "It is one.",
    }
    made: Any = {**argilla.task(SEED, 0, AT), "status": "completed", "_server_id": "7e0d"}
    if not flat:
        responses = {name: [{"value": value, "user_id": "u1"}] for name, value in given.items()}
        return {**made, "responses": responses}
    columns: dict[str, Any] = {"breakdown.suggestion": made["suggestions"]["breakdown"]["value"]}
    for name, value in given.items():
        columns |= {f"{name}.responses": [value], f"{name}.responses.users": ["u1"]}
        columns[f"{name}.responses.status"] = ["submitted"]
    return {
        **{key: made[key] for key in ("id", "status", "_server_id")},
        **made["fields"],
        **made["metadata"],
        **columns,
    }


def breakdowns() -> dict[str, Any]:
    """A LEGO_BREAKDOWNS_COMPLETE.json."""
    about = {"lang_pair": SEED.course, "target_language": "Spanish", "known_language": "English"}
    pairs = msgspec.to_builtins(SEED.breakdown)
    seed = {"seed_id": SEED.seed_id, "original_target": SEED.target, "original_known": SEED.known, **pairs}
    return {"course_metadata": about, "lego_breakdowns": [seed, {**seed, "seed_id": "S0002"}]}


def pairs() -> dict[str, Any]:
    """A lego_pairs.json."""
    whole = {"known": SEED.known, "target": SEED.target}
    components = [{"known": "I want", "target": "Quiero"}, ["to eat", "comer"]]
    entry = {"id": "S0001L01", "type": "M", "new": True, "lego": whole, "components": components}
    seed = {"seed_id": "S0001", "seed_pair": whole, "legos": [entry, {**entry, "id": "S0001L02", "type": "A"}]}
    return {"course": "spa", "target": "spa", "known": "eng", "seeds": [seed, {**seed, "seed_id": "S0002"}]}
