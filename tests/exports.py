"""Exports of reviewing tools as the tools write them, made of corrections: for tests of who reads them.

Shapes as Label Studio 1.23 exports a project ("JSON"), and as the SDK of Argilla 2.8 writes records.
"""

import json
from collections.abc import Sequence
from typing import Any

import msgspec

from finetune.files.exports import argilla, label_studio
from finetune.records.course import Breakdown, Correction, Seed

Json = dict[str, Any]
QUESTIONS = ("breakdown", "error_type", "reason")


def text_of(breakdown: Breakdown) -> str:
    return json.dumps(msgspec.to_builtins(breakdown), ensure_ascii=False, indent=2)


def result(name: str, text: str) -> Json:
    kind, value = ("choices", {"choices": [text]}) if name == "error_type" else ("textarea", {"text": [text]})
    return {"id": name, "from_name": name, "to_name": "target", "type": kind, "origin": "manual", "value": value}


def annotation(number: int, one: Correction, **changes: object) -> Json:
    """A submitted annotation, as the export has it. `answer` and `error_type` may be other than the correction's."""
    answer, error_type = changes.pop("answer", one.after), changes.pop("error_type", one.error_type)
    given = {"breakdown": text_of(answer), "error_type": error_type, "reason": one.reason}  # type: ignore[arg-type]
    return {
        "id": number,
        "completed_by": {"id": 3, "email": one.reviewer, "first_name": "", "last_name": ""},
        "result": [result(name, str(text)) for name, text in given.items() if text],
        "was_cancelled": False,
        "ground_truth": False,
        "created_at": one.corrected_at,
        "updated_at": one.corrected_at,
        "draft_created_at": None,
        "lead_time": 12.3,
        "prediction": {},
        "result_count": 1,
        "unique_id": f"4c0ff6e8-55e8-4e53-9f31-{number:012}",
        "import_id": None,
        "last_action": None,
        "bulk_created": False,
        "parent_prediction": None,
        "parent_annotation": None,
        "last_created_by": None,
        **changes,
    }


def task(number: int, seed: Seed, annotations: Sequence[Json], **changes: object) -> Json:
    """An exported task of ours. Label Studio exports predictions as ids, and with each annotation the one it saw."""
    made: Any = label_studio.task(seed, generation=0, at="")
    prediction = {"id": 900 + number, "score": None, "model": None, "task": number, **made["predictions"][0]}
    seen = [{**one, "prediction": one["prediction"] or prediction, "task": number} for one in annotations]
    return {
        "id": number,
        "annotations": seen,
        "drafts": [],
        "predictions": [900 + number],
        "data": made["data"],
        "meta": {},
        "inner_id": number,
        "total_annotations": len(seen),
        "project": 1,
        "updated_by": 1,
        "comment_authors": [],
        **changes,
    }


def responses(one: Correction, status: str = "submitted", **changes: str) -> dict[str, Json]:
    """One person's answers, by question."""
    given = {"breakdown": text_of(one.after), "error_type": one.error_type, "reason": one.reason, **changes}
    return {name: {"value": value, "user_id": one.reviewer, "status": status} for name, value in given.items() if value}


def record(seed: Seed, asked_at: str, *people: dict[str, Json], flat: bool, status: str = "completed") -> Json:
    """An exported record of ours: nested without a status, as `to_json` has it, or flat with it, as `to_datasets`."""
    made: Any = {**argilla.task(seed, generation=0, at=asked_at), "status": status, "_server_id": "7e0d4d3b"}
    given = {name: [person[name] for person in people if name in person] for name in QUESTIONS}
    if not flat:
        known = {name: [{key: one[key] for key in ("value", "user_id")} for one in given[name]] for name in given}
        return {**made, "responses": {name: answers for name, answers in known.items() if answers}}
    columns: Json = {}
    for name, answers in given.items():
        columns[f"{name}.responses"] = [one["value"] for one in answers] or None
        columns[f"{name}.responses.users"] = [one["user_id"] for one in answers] or None
        columns[f"{name}.responses.status"] = [one["status"] for one in answers] or None
    suggestion = {f"breakdown.suggestion{part}": made["suggestions"]["breakdown"][key] for part, key in PARTS}
    whole = {key: made[key] for key in ("id", "status", "_server_id")}
    return {**whole, **made["fields"], **made["metadata"], **columns, **suggestion}


PARTS = (("", "value"), (".score", "score"), (".agent", "agent"))
