"""A Label Studio export (JSON), with the labelling interface of label-studio.xml."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from finetune.errors import unusable
from finetune.files.document import each_in_list
from finetune.files.exported import first_record, read_moment, settle, write_breakdown
from finetune.records.course import Breakdown, Seed
from finetune.records.located import Located
from finetune.records.review import Given, LeftOutRecord, Review


class Result(msgspec.Struct):
    """What one control of the interface was given; a relation between regions has neither name nor value."""

    from_name: str = ""
    value: dict[str, Any] = {}


class Prediction(msgspec.Struct):
    id: int | str = ""
    result: list[Result] = []


class Person(msgspec.Struct):
    """Who completed it, in an export that has more of them than their number."""

    id: int | str = ""
    email: str = ""
    username: str = ""


class Annotation(msgspec.Struct):
    """`prediction` is the one that the annotator saw, as it was then, unless it began as a copy of another."""

    id: int | str
    result: list[Result] = []
    was_cancelled: bool = False
    completed_by: int | str | Person | None = None
    created_at: str | None = None
    updated_at: str | None = None
    parent_prediction: int | str | None = None
    parent_annotation: int | str | None = None
    prediction: Prediction | None = None

    @property
    def completed_at(self) -> str:
        """When it got the answer that it has."""
        return self.updated_at or self.created_at or ""

    @property
    def reviewer(self) -> str:
        who = self.completed_by
        if isinstance(who, Person):
            return who.username or who.email or (f"ls-user-{who.id}" if who.id != "" else "")
        return who if isinstance(who, str) else "" if who is None else f"ls-user-{who}"


class Data(msgspec.Struct):
    """What the task was made of. `before` is the breakdown to correct, where there is no prediction of it."""

    course: str
    seed_id: str
    generation: int
    before: str | Breakdown = ""


class Task(msgspec.Struct):
    """Predictions and drafts may be their ids alone: that depends on the way of the export."""

    id: int | str
    data: Data
    annotations: list[Annotation]
    predictions: list[Prediction | int | str] = []
    drafts: list[Any] = []


def reads(path: Path) -> bool:
    """Also JSON-MIN, so that `read` can say what is missing in it."""
    keys = set(first_record(path)) if path.suffix == ".json" else set()
    return {"data", "annotations"} <= keys or "annotation_id" in keys


def each(path: Path) -> Iterator[Given]:
    """A correction per submitted annotation that changes something; skipped ones and drafts are left out."""
    if "annotation_id" in first_record(path):
        raise unusable(
            str(path),
            "an export in JSON-MIN, which has no predictions and passes over what was cancelled",
            "export the project again, as JSON",
        )
    for task in each_in_list(path, Task, "task"):
        yield from read_task(task)


def read_task(located: Located[Task]) -> Iterator[Given]:
    where, task = located.where, located.value
    yield from (LeftOutRecord(where, "draft") for _ in task.drafts)
    if not task.annotations and not task.drafts:
        yield LeftOutRecord(where, "no annotation")
    done = []
    for annotation in task.annotations:
        place = f"{where}, annotation {annotation.id}"
        if annotation.was_cancelled:
            yield LeftOutRecord(place, "cancelled")
        else:
            done.append(Located(place, review(place, task, annotation)))
    yield from settle(sorted(done, key=lambda one: read_moment(one.where, one.value.corrected_at)))


def review(where: str, task: Task, annotation: Annotation) -> Review:
    if not annotation.reviewer:
        raise unusable(where, "completed_by is empty", "export it with who completed it")
    return Review(
        id=f"ls-{task.id}-{annotation.id}",
        course=task.data.course,
        seed_id=task.data.seed_id,
        seen=seen(where, task, annotation),
        answer=said(where, annotation.result, "breakdown"),
        error_type=said(where, annotation.result, "error_type"),
        reason=said(where, annotation.result, "reason"),
        reviewer=annotation.reviewer,
        corrected_at=annotation.completed_at,
        generation=task.data.generation,
    )


def seen(where: str, task: Task, annotation: Annotation) -> str | Breakdown:
    """The breakdown in the annotation or the prediction that the annotator saw; without one, in the task's data."""
    parent = [one for one in task.annotations if one.id == annotation.parent_annotation and not one.was_cancelled]
    if parent and came_before(where, parent[0], annotation) and (text := said(where, parent[0].result, "breakdown")):
        return text
    full = [one for one in task.predictions if isinstance(one, Prediction)]
    own = [one for one in full if one.id == annotation.parent_prediction]
    shown = [annotation.prediction] if annotation.prediction and annotation.prediction.result else own or full
    texts = {text for one in shown if (text := said(where, one.result, "breakdown"))}
    if len(texts) > 1:
        raise unusable(where, f"{len(texts)} predictions, and no word on which was corrected", "leave one to a task")
    if not texts and not task.data.before:
        right = "import tasks with a prediction, or with `before` in their data"
        raise unusable(where, "no breakdown that was to be corrected", right)
    return texts.pop() if texts else task.data.before


def came_before(where: str, one: Annotation, other: Annotation) -> bool:
    """Whether an annotation was as it is when the other was made of it: it may have been changed since."""
    return read_moment(where, one.completed_at) <= read_moment(where, other.completed_at)


def said(where: str, results: list[Result], name: str) -> str:
    """What the control of this name was given: a text or a choice; empty where nothing was."""
    found: list[object] = []
    for result in (result for result in results if result.from_name == name):
        value = result.value.get("text", result.value.get("choices"))
        found += value if isinstance(value, list) else [value]
    texts = [one for one in found if isinstance(one, str)]
    if len(texts) < len(found):
        raise unusable(where, f"{name} is no text and no choice", "use the labelling interface of label-studio.xml")
    if len(texts) > 1:
        raise unusable(where, f"{name} has {len(texts)} answers", "leave one of them, and export again")
    return texts[0] if texts else ""


def task(seed: Seed, generation: int, at: str) -> dict[str, object]:
    """A task to import: the seed, with its breakdown as the prediction that is shown and corrected.

    `at` is not needed: Label Studio knows when a task was answered.
    """
    value = {"text": [write_breakdown(seed.breakdown)]}
    result = {"from_name": "breakdown", "to_name": "target", "type": "textarea", "value": value}
    return {
        "data": {
            "course": seed.course,
            "seed_id": seed.seed_id,
            "target": seed.target,
            "known": seed.known,
            "generation": generation,
        },
        "predictions": [{"model_version": f"generation-{generation}", "result": [result]}],
    }
