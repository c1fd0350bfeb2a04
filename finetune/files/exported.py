"""What the readers of exports share: the first record of a file, and submitted answers made into corrections."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, get_args

import msgspec

from finetune.errors import unusable
from finetune.files.jsonl import BOM, dump
from finetune.files.listing import each_value
from finetune.files.pieces import LONGEST
from finetune.records.course import Breakdown, Correction, ErrorType
from finetune.records.located import Located
from finetune.records.review import Given, LeftOutRecord, Review


def is_list(path: Path) -> bool:
    """Whether a file is one JSON list. Not every tool calls JSON Lines `.jsonl`."""
    if path.suffix != ".json" or not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(64).removeprefix(BOM).lstrip().startswith(b"[")


def first_record(path: Path) -> dict[str, Any]:
    """The first object of a JSON list or of JSON Lines, to tell formats apart; {} where there is none.

    A list that is not JSON is refused here, since no reader would know it; such a line by the one that reads it.
    """
    found: Any = None
    if is_list(path):
        found = next(each_value(path), None)
    elif path.suffix in (".json", ".jsonl") and path.is_file():
        with path.open("rb") as file:
            try:
                found = msgspec.json.decode(file.readline(LONGEST).removeprefix(BOM))
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                return {}
    return found if isinstance(found, dict) else {}


def read_moment(where: str, text: str) -> datetime:
    """When something was corrected, from its text."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        right = "write the time with its zone, like 2026-10-05T09:30:00Z"
        raise unusable(where, f"corrected_at is {text!r}", right)
    return at


def read_breakdown(where: str, name: str, value: str | Breakdown) -> Breakdown:
    """A breakdown from its JSON text; `name` says which one it is."""
    if isinstance(value, Breakdown):
        return value
    right = "it is one JSON object with lego_pairs and feeder_pairs, as in SKILL.md"
    if not value.strip():
        raise unusable(where, f"{name} is empty", right)
    try:
        return msgspec.json.decode(value.encode(), type=Breakdown)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise unusable(where, f"{name} does not parse ({error})", right) from None


def write_breakdown(breakdown: Breakdown) -> str:
    """A breakdown as JSON text that people can edit: a pair a line."""
    parts = []
    for name in Breakdown.__struct_fields__:
        pairs = ",\n".join(dump(pair).strip() for pair in getattr(breakdown, name))
        parts.append(f'"{name}": [\n{pairs}\n]' if pairs else f'"{name}": []')
    return "{" + ",\n".join(parts) + "}"


def settle(reviews: Iterable[Located[Review]]) -> Iterator[Given]:
    """The answers to one task, oldest first. Each corrects what its reviewer saw: two that differ are a conflict, and
    two that agree are two votes (`prepare.conflicts`). One that changes nothing is left out.
    """
    for located in reviews:
        where, review = located.where, located.value
        seen = read_breakdown(where, "the breakdown that was to be corrected", review.seen)
        answer = read_breakdown(where, "the breakdown", review.answer)
        if answer == seen:
            named = "an error is named, but nothing changed" if review.error_type else "unchanged"
            yield LeftOutRecord(where, named)
        else:
            yield Located(where, to_correction(where, review, seen, answer))


def to_correction(where: str, review: Review, before: Breakdown, after: Breakdown) -> Correction:
    values = {
        **{name: getattr(review, name) for name in ("id", "course", "seed_id", "reason", "reviewer", "corrected_at")},
        "error_type": error_type(where, review.error_type),
        "before": before,
        "after": after,
        "generation": review.generation,
    }
    try:
        return msgspec.convert(values, Correction)
    except msgspec.ValidationError as error:
        raise unusable(where, str(error), "mend it in the tool, and export again") from None


def error_type(where: str, given: str) -> str:
    known: tuple[str, ...] = get_args(ErrorType)
    if given not in known:
        what = f"error_type is {given!r}" if given else "a changed breakdown without an error_type"
        raise unusable(where, what, f"choose one of {', '.join(known)}")
    return given
