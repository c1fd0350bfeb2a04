"""An Argilla 2 export (`to_datasets().to_json`, or `to_json` where that can be told)."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import msgspec

from finetune.errors import unusable
from finetune.files.document import each_in_list
from finetune.files.exported import first_record, is_list, settle, write_breakdown
from finetune.files.jsonl import each_record
from finetune.records.course import Seed
from finetune.records.located import Located
from finetune.records.review import Given, LeftOutRecord, Review

Status = Literal["submitted", "discarded", "draft"]
QUESTIONS = ("breakdown", "error_type", "reason")


class Suggestion(msgspec.Struct):
    value: str | None = None


class Response(msgspec.Struct):
    """One person's answer to one question. `to_json` leaves the status out."""

    user_id: str
    value: str | None = None
    status: Status | None = None


class About(msgspec.Struct):
    """What the record is of, from its fields and metadata.

    Argilla exports no time of an answer: `asked_at`, when the record was made, stands for it. What was corrected
    before that is in `before`, so that the order is right. `before` may be a suggestion instead.
    """

    course: str
    seed_id: str
    generation: int
    asked_at: str
    before: str | None = None


class Record(msgspec.Struct):
    """`status` is completed once as many people submitted as the dataset asks for, at least one."""

    id: str
    about: About
    status: Literal["pending", "completed"] | None = None
    responses: dict[str, list[Response]] = {}
    suggestions: dict[str, Suggestion] = {}


def reads(path: Path) -> bool:
    keys = set(first_record(path))
    return "_server_id" in keys or "breakdown.responses" in keys or {"fields", "responses"} <= keys


def each(path: Path) -> Iterator[Given]:
    """A correction per submitted response that changes something; discarded ones and drafts are left out."""
    rows = each_in_list(path, dict[str, Any], "record") if is_list(path) else each_record(path, dict[str, Any])
    for row in rows:
        try:
            record = msgspec.convert(nested(row.where, row.value), Record)
        except msgspec.ValidationError as error:
            raise unusable(row.where, str(error), "see what a record is made of in SKILL.md") from None
        yield from read_record(row.where, record)


def nested(where: str, row: dict[str, Any]) -> dict[str, Any]:
    """A row as what `Record` is made of. `to_datasets` and `to_list(flatten=True)` have it flat, with dotted names."""
    whole = {"id": row.get("id"), "status": row.get("status")}
    if isinstance(row.get("fields"), dict):
        metadata = row.get("metadata") or {}
        if not isinstance(metadata, dict):
            raise unusable(where, "its metadata are no object", "export it again")
        about = {**metadata, **row["fields"]}
        given = {part: only_ours(row.get(part)) for part in ("responses", "suggestions")}
        return {**whole, "about": about, **given}
    responses = {}
    for name in QUESTIONS:
        columns = [row.get(f"{name}.responses{part}") or [] for part in ("", ".users", ".status")]
        if any(not isinstance(column, list) or len(column) != len(columns[0]) for column in columns):
            raise unusable(where, f"{name}.responses do not fit their users and status", "export it again")
        answers = zip(*columns, strict=True)
        responses[name] = [{"value": value, "user_id": user, "status": status} for value, user, status in answers]
    suggestion = {"value": row.get("breakdown.suggestion")}
    return {**whole, "about": row, "responses": responses, "suggestions": {"breakdown": suggestion}}


def only_ours(given: Any) -> Any:
    """A dataset may ask more than we do, and in other types."""
    return {name: given[name] for name in QUESTIONS if name in given} if isinstance(given, dict) else given or {}


def read_record(where: str, record: Record) -> Iterator[Given]:
    people = list(dict.fromkeys(one.user_id for name in QUESTIONS for one in record.responses.get(name, ())))
    if not people:
        yield LeftOutRecord(where, "no response")
    done = []
    for person in people:
        own = {name: one for name in QUESTIONS for one in record.responses.get(name, ()) if one.user_id == person}
        place = f"{where}, user {person}"
        if len(own) < sum(one.user_id == person for name in QUESTIONS for one in record.responses.get(name, ())):
            raise unusable(place, "two answers to one question", "leave one of them, and export again")
        status = status_of(place, record, list(own.values()), len(people))
        if status == "submitted":
            done.append(Located(place, review(place, record, person, {name: own[name].value or "" for name in own})))
        else:
            yield LeftOutRecord(place, status)
    yield from settle(done)


def status_of(where: str, record: Record, own: list[Response], people: int) -> Status:
    """A person's status: the same in all their answers. Where it is left out, it is known only of the one answer that
    completed its record (a record is completed by submitted answers alone).
    """
    for status in ("draft", "discarded"):
        if any(one.status == status for one in own):
            return status
    if any(one.status is None for one in own) and (record.status != "completed" or people > 1):
        raise unusable(
            where,
            "no word on whether this was submitted, discarded or a draft: `records.to_json` leaves it out",
            'export it by dataset.records.to_datasets().to_json("argilla.jsonl")',
        )
    return "submitted"


def review(where: str, record: Record, person: str, own: dict[str, str]) -> Review:
    suggested = record.suggestions.get("breakdown", Suggestion()).value
    seen = suggested or record.about.before
    if not seen:
        right = "log records with a suggestion for it, or with a field `before`"
        raise unusable(where, "no breakdown that was to be corrected", right)
    return Review(
        id=f"argilla-{record.id}-{person}",
        course=record.about.course,
        seed_id=record.about.seed_id,
        seen=seen,
        answer=own.get("breakdown", ""),
        error_type=own.get("error_type", ""),
        reason=own.get("reason", ""),
        reviewer=person,
        corrected_at=record.about.asked_at,
        generation=record.about.generation,
    )


def task(seed: Seed, generation: int, at: str) -> dict[str, object]:
    """A record for `dataset.records.from_json`: the seed, with its breakdown as the suggestion that is corrected."""
    suggestion = {"value": write_breakdown(seed.breakdown), "score": None, "agent": f"generation-{generation}"}
    return {
        "id": f"{seed.course}-{seed.seed_id}-{at}",
        "fields": {"target": seed.target, "known": seed.known},
        "metadata": {"course": seed.course, "seed_id": seed.seed_id, "generation": generation, "asked_at": at},
        "suggestions": {"breakdown": suggestion},
        "responses": {},
        "vectors": {},
        "status": "pending",
        "_server_id": None,
    }
