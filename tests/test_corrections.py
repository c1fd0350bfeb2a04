"""Corrections come in several formats, and whatever comes in is a correction, or is left out with its reason."""

import ast
import json
import re
import xml.etree.ElementTree as ET
from collections import Counter
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest

from finetune.dataset.corrected import correct
from finetune.errors import FinetuneError
from finetune.files import exports
from finetune.files.corrections import known_exports, read_corrections, read_file, read_folder
from finetune.files.courses import read_courses
from finetune.files.exported import read_breakdown, write_breakdown
from finetune.files.grouped import Grouped
from finetune.files.jsonl import dump
from finetune.records.course import Breakdown, Correction, Courses, ErrorType, Seed
from finetune.records.review import Read
from tests.conftest import CORRECTIONS, SKILL, TRAINING, Project
from tests.exports import annotation, record, responses, result, task, text_of
from tests.imports import ROOT

FOLDER = SKILL / "corrections"
COURSES = read_courses(ROOT / SKILL / "courses")
OWN = [line.value for line in read_corrections(ROOT / FOLDER)]
ONE, OTHER, THIRD = OWN[:3]


def seen_by(one: Correction) -> Seed:
    """The seed as it was when it was corrected."""
    seed = next(seed for seed in COURSES[one.course] if seed.seed_id == one.seed_id)
    return seed.with_breakdown(one.before)


def changed(breakdown: Breakdown) -> Breakdown:
    first, *rest = breakdown.lego_pairs
    return msgspec.structs.replace(breakdown, lego_pairs=(msgspec.structs.replace(first, known_chunk="another"), *rest))


def write(path: Path, records: list[Any]) -> Path:
    """JSON, or JSON Lines where the file is called so."""
    lines = "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in records)
    path.write_text(lines if path.suffix == ".jsonl" else json.dumps(records), encoding="utf-8")
    return path


def reasons(read: Read) -> dict[str, int]:
    return dict(Counter(left.reason for left in read.left_out))


def given(read: Read) -> list[Correction]:
    return [line.value for line in read.corrections]


def without_ids(corrections: list[Correction]) -> list[Correction]:
    return [msgspec.structs.replace(one, id="-") for one in corrections]


def test_a_correction_made_in_label_studio_is_the_one_that_was_meant(tmp_path: Path) -> None:
    tasks = [task(number, seen_by(one), [annotation(number + 100, one)]) for number, one in enumerate(OWN)]
    read = read_file(write(tmp_path / "project-1.json", tasks))
    assert without_ids(given(read)) == without_ids(OWN)
    assert [one.id for one in given(read)][:2] == ["ls-0-100", "ls-1-101"]
    assert not read.left_out


@pytest.mark.parametrize(("name", "flat"), [("a.jsonl", True), ("a.json", True), ("a.json", False), ("a.jsonl", False)])
def test_a_correction_made_in_argilla_is_the_one_that_was_meant(tmp_path: Path, name: str, flat: bool) -> None:
    records = [record(seen_by(one), one.corrected_at, responses(one), flat=flat) for one in OWN]
    read = read_file(write(tmp_path / name, records))
    assert without_ids(given(read)) == without_ids(OWN)
    assert len({one.id for one in given(read)}) == len(OWN)
    assert not read.left_out


def test_json_lines_called_json_are_read_too(tmp_path: Path) -> None:
    lines = write(tmp_path / "a.jsonl", [record(seen_by(ONE), ONE.corrected_at, responses(ONE), flat=True)])
    assert without_ids(given(read_file(lines.rename(tmp_path / "a.json")))) == without_ids([ONE])


def test_what_is_no_correction_in_label_studio_is_left_out_with_its_place_and_reason(tmp_path: Path) -> None:
    draft = {"id": 1, "user": "lucia@example.com", "result": [result("reason", "not yet")], "annotation": None}
    skipped = annotation(4, ONE, was_cancelled=True, result=[], completed_by=None)
    path = write(
        tmp_path / "p.json",
        [
            task(1, seen_by(ONE), [annotation(1, ONE)]),
            task(2, seen_by(ONE), [annotation(2, ONE, answer=ONE.before, error_type="")]),
            task(3, seen_by(ONE), [annotation(3, ONE, answer=ONE.before)]),
            task(4, seen_by(ONE), [skipped]),
            task(5, seen_by(ONE), [], drafts=[draft]),
            task(6, seen_by(ONE), []),
            task(7, seen_by(OTHER), [annotation(7, OTHER), annotation(8, OTHER)], drafts=[31]),
        ],
    )
    read = read_file(path)
    assert [line.where.removeprefix(f"{path}: ") for line in read.corrections] == [
        "task 1, annotation 1",
        "task 7, annotation 7",
        "task 7, annotation 8",
    ], "two people who agree are two votes"
    assert {(left.where.removeprefix(f"{path}: "), left.reason) for left in read.left_out} == {
        ("task 2, annotation 2", "unchanged"),
        ("task 3, annotation 3", "an error is named, but nothing changed"),
        ("task 4, annotation 4", "cancelled"),
        ("task 5", "draft"),
        ("task 6", "no annotation"),
        ("task 7", "draft"),
    }
    assert read.raw == 9


def test_what_is_no_correction_in_argilla_is_left_out_with_its_place_and_reason(tmp_path: Path) -> None:
    people = [msgspec.structs.replace(ONE, reviewer=name) for name in ("u1", "u2", "u3", "u4")]
    agreed = responses(people[3], breakdown=text_of(ONE.before), error_type="", reason="")
    several = [responses(people[0]), responses(people[1], "draft"), responses(people[2], "discarded"), agreed]
    path = write(
        tmp_path / "a.jsonl",
        [
            record(seen_by(ONE), ONE.corrected_at, *several, flat=True),
            record(seen_by(OTHER), OTHER.corrected_at, flat=True, status="pending"),
        ],
    )
    read = read_file(path)
    assert without_ids(given(read)) == without_ids([people[0]])
    assert [(left.where, left.reason) for left in read.left_out] == [
        (f"{path}:1, user u2", "draft"),
        (f"{path}:1, user u3", "discarded"),
        (f"{path}:1, user u4", "unchanged"),
        (f"{path}:2", "no response"),
    ]


def test_several_annotations_of_a_task_are_as_many_answers_to_what_was_seen_in_the_order_of_their_completion(
    tmp_path: Path,
) -> None:
    late = annotation(1, ONE, answer=changed(ONE.after), updated_at="2026-10-09T08:00:00.5Z")
    early = annotation(2, ONE, updated_at="2026-10-09T08:00:00Z")
    agreeing = annotation(3, ONE, answer=ONE.before, error_type="", updated_at="2026-10-09T09:00:00+00:00")
    write(tmp_path / "p.json", [task(1, seen_by(ONE), [late, agreeing, early])])
    read = read_folder(tmp_path)
    assert [one.id for one in given(read)] == ["ls-1-2", "ls-1-1"]
    assert [one.before for one in given(read)] == [ONE.before, ONE.before]
    assert reasons(read) == {"unchanged": 1}
    corrected = correct(COURSES, read.corrections)[ONE.course]
    assert next(seed for seed in corrected if seed.seed_id == ONE.seed_id).breakdown == changed(ONE.after)


def test_an_annotation_begun_as_a_copy_of_another_corrects_that_one(tmp_path: Path) -> None:
    first = annotation(1, ONE, updated_at="2026-10-09T08:00:00Z")
    copied = annotation(
        2, ONE, answer=changed(ONE.after), parent_annotation=1, completed_by=8, updated_at="2026-10-09T09:00:00Z"
    )
    agreeing = annotation(3, ONE, parent_annotation=1, completed_by=9, updated_at="2026-10-09T10:00:00Z")
    write(tmp_path / "p.json", [task(1, seen_by(ONE), [first, copied, agreeing])])
    read = read_folder(tmp_path)
    assert [(one.id, one.before) for one in given(read)] == [("ls-1-1", ONE.before), ("ls-1-2", ONE.after)]
    assert reasons(read) == {"an error is named, but nothing changed": 1}
    later = {**first, "updated_at": "2026-10-09T11:00:00Z"}
    write(tmp_path / "p.json", [task(1, seen_by(ONE), [later, copied])])
    assert [one.before for one in given(read_folder(tmp_path))] == [ONE.before] * 2, "it was changed after the copy"


def test_corrections_of_all_files_are_in_the_order_of_their_time(tmp_path: Path) -> None:
    later = msgspec.structs.replace(
        ONE, before=ONE.after, after=changed(ONE.after), corrected_at="2026-10-20T09:00:00+02:00"
    )
    write(tmp_path / "a.json", [task(1, seen_by(later), [annotation(1, later)])])
    (tmp_path / "b.jsonl").write_text(dump(ONE), encoding="utf-8")
    read = read_folder(tmp_path)
    assert [one.id for one in given(read)] == [ONE.id, "ls-1-1"]
    assert correct(COURSES, read.corrections)


@pytest.mark.parametrize(
    ("completed_by", "reviewer"),
    [
        (7, "ls-user-7"),
        ({"id": 7, "email": "ana@example.com"}, "ana@example.com"),
        ({"id": 7, "email": "ana@example.com", "username": "ana"}, "ana"),
        ({"id": 7}, "ls-user-7"),
    ],
)
def test_a_reviewer_is_known_by_name_or_by_number(tmp_path: Path, completed_by: object, reviewer: str) -> None:
    tasks = [task(1, seen_by(ONE), [annotation(1, ONE, completed_by=completed_by)])]
    assert given(read_file(write(tmp_path / "p.json", tasks)))[0].reviewer == reviewer


def seen_in(
    *, prediction: bool = False, predictions: tuple[str, ...] = (), parent: int | None = None, data: object = ""
) -> dict[str, Any]:
    """A task whose one annotation was given to a breakdown that stands in these places."""
    own = annotation(1, ONE, parent_prediction=parent)
    made = task(1, seen_by(ONE), [own])
    made["data"] = {**made["data"], "before": data} if data else made["data"]
    made["predictions"] = [{"id": 5 + n, "result": [result("breakdown", text)]} for n, text in enumerate(predictions)]
    if not prediction:
        made["annotations"][0]["prediction"] = {}
    return made


@pytest.mark.parametrize(
    "made",
    [
        seen_in(prediction=True, predictions=("other",)),
        seen_in(predictions=(text_of(ONE.before),)),
        seen_in(predictions=("other", text_of(ONE.before)), parent=6),
        seen_in(data=text_of(ONE.before)),
        seen_in(data=msgspec.to_builtins(ONE.before)),
    ],
)
def test_the_breakdown_before_is_what_the_annotator_saw(tmp_path: Path, made: object) -> None:
    assert without_ids(given(read_file(write(tmp_path / "p.json", [made])))) == without_ids([ONE])


def spoilt(**changes: object) -> list[Any]:
    """A good task of Label Studio, and one with an annotation that is not."""
    return [task(1, seen_by(ONE), [annotation(1, ONE)]), task(12, seen_by(OTHER), [annotation(77, OTHER, **changes)])]


def answered(**values: str) -> list[Any]:
    """Results of an annotation that are right but for these."""
    texts = {"breakdown": text_of(OTHER.after), "error_type": OTHER.error_type, "reason": OTHER.reason, **values}
    return [result(name, text) for name, text in texts.items() if text]


AT = "p.json: task 12, annotation 77: "


@pytest.mark.parametrize(
    ("tasks", "told"),
    [
        (spoilt(result=answered(error_type="TYPO")), f"{AT}error_type is 'TYPO'; choose one of FCFS_VIOLATION, "),
        (spoilt(result=answered(error_type="")), f"{AT}a changed breakdown without an error_type; choose one of "),
        (spoilt(result=answered(reason="")), f"{AT}the reason is empty; say what is wrong"),
        (spoilt(result=answered(breakdown="{oops")), f"{AT}the breakdown does not parse (JSON is malformed"),
        (spoilt(result=answered(breakdown="[]")), f"{AT}the breakdown does not parse (Expected `object`, got `array`)"),
        (spoilt(result=answered(breakdown="")), f"{AT}the breakdown is empty; it is one JSON object with lego_pairs"),
        (spoilt(result=[*answered(), result("reason", "and")]), f"{AT}reason has 2 answers; leave one of them"),
        (
            spoilt(result=[{"from_name": "breakdown", "value": {"rating": 3}}]),
            f"{AT}breakdown is no text and no choice",
        ),
        (spoilt(completed_by=None), f"{AT}completed_by is empty"),
        (spoilt(updated_at="", created_at=None), f"{AT}corrected_at is ''; write the time with its zone"),
        (spoilt(updated_at="2026-10-05T10:00:00"), f"{AT}corrected_at is '2026-10-05T10:00:00'; write the time"),
        (
            [{**spoilt()[1], "data": {"course": "spa_for_eng"}}],
            "p.json: task 12: Object missing required field `seed_id`",
        ),
        ([spoilt()[0], {"annotations": 3, "data": {}}], "p.json: task number 2: "),
        ([seen_in()], "p.json: task 1, annotation 1: no breakdown that was to be corrected; import tasks with"),
        ([seen_in(predictions=("a", "b"))], "p.json: task 1, annotation 1: 2 predictions, and no word on which"),
        ([seen_in(data="{")], "p.json: task 1, annotation 1: the breakdown that was to be corrected does not parse"),
    ],
)
def test_what_is_wrong_in_a_label_studio_export_is_told_with_its_task(
    tmp_path: Path, tasks: list[Any], told: str
) -> None:
    write(tmp_path / "p.json", tasks)
    with pytest.raises(FinetuneError) as error:
        read_folder(tmp_path)
    assert str(error.value).startswith(f"{tmp_path}/{told}")
    assert error.value.exit_code == 2


def flat(values: dict[str, object], status: str = "submitted") -> list[Any]:
    """A good record of Argilla, and one with columns that are not."""
    good = record(seen_by(ONE), ONE.corrected_at, responses(ONE), flat=True)
    return [good, {**record(seen_by(OTHER), OTHER.corrected_at, responses(OTHER, status), flat=True), **values}]


@pytest.mark.parametrize(
    ("records", "told"),
    [
        (flat({"error_type.responses": ["TYPO"]}), f":2, user {OTHER.reviewer}: error_type is 'TYPO'; choose one of"),
        (flat({"reason.responses": [" "]}), f":2, user {OTHER.reviewer}: the reason is empty"),
        (flat({"breakdown.responses": ["no"]}), f":2, user {OTHER.reviewer}: the breakdown does not parse"),
        (flat({"breakdown.responses": ["a", "b"]}), ":2: breakdown.responses do not fit their users and status"),
        (flat({"breakdown.suggestion": None}), f":2, user {OTHER.reviewer}: no breakdown that was to be corrected"),
        (flat({}, "lost"), ":2: Invalid enum value 'lost'"),
        (flat({"seed_id": None}), ":2: Expected `str`, got `null` - at `$.about.seed_id`"),
        (
            flat({"asked_at": "today"}),
            f":2, user {OTHER.reviewer}: corrected_at is 'today'; write the time with its zone",
        ),
        (["nonsense"], ":1: Expected `object`, got `str`"),
    ],
)
def test_what_is_wrong_in_an_argilla_export_is_told_with_its_line(
    tmp_path: Path, records: list[Any], told: str
) -> None:
    write(tmp_path / "a.jsonl", records)
    with pytest.raises(FinetuneError) as error:
        read_folder(tmp_path)
    assert str(error.value).startswith(f"{tmp_path}/a.jsonl{told}")


def test_an_argilla_export_that_does_not_say_who_submitted_is_refused(tmp_path: Path) -> None:
    two = [responses(ONE), responses(msgspec.structs.replace(ONE, reviewer="u2"), "draft")]
    for people, status in ((two, "completed"), (two[1:], "pending")):
        write(tmp_path / "a.json", [record(seen_by(ONE), ONE.corrected_at, *people, flat=False, status=status)])
        with pytest.raises(FinetuneError, match=r"no word on whether this was submitted.*to_datasets\(\)\.to_json"):
            read_folder(tmp_path)


def test_json_min_is_refused_because_it_passes_over_what_was_cancelled(tmp_path: Path) -> None:
    row = {"course": "spa_for_eng", "id": 1, "breakdown": "{}", "annotator": 1, "annotation_id": 1, "lead_time": 2.5}
    write(tmp_path / "p.json", [row])
    with pytest.raises(FinetuneError, match=r"p\.json: an export in JSON-MIN, .*; export the project again, as JSON"):
        read_folder(tmp_path)


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("table.csv", "id,course\n", "no corrections in a format that is known; known: An Argilla 2 export"),
        ("p.json", "[7]", "no corrections in a format that is known"),
        ("p.json", "[\n{},\n}", ":3: not JSON"),
        ("lines.jsonl", "{not json", ":1: not a line of JSON"),
        ("lines.jsonl", '{"id": 7}', ":1: Expected `str`, got `int` - at `$.id`"),
    ],
)
def test_a_file_that_nobody_can_read_is_refused_and_not_passed_over(
    tmp_path: Path, name: str, text: str, told: str
) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(FinetuneError) as error:
        read_folder(tmp_path)
    assert str(error.value).startswith(f"{tmp_path}/{name}")
    assert told in str(error.value)


def test_an_export_without_a_record_is_none(tmp_path: Path) -> None:
    (tmp_path / "p.json").write_text("[\n]\n", encoding="utf-8")
    assert read_folder(tmp_path).raw == 0
    with Grouped(tmp_path) as said:
        assert said.raw == 0


def test_a_retraction_of_a_correction_that_an_export_has_no_more_is_noted(tmp_path: Path) -> None:
    gone = {"correction": "ls-1", "reason": "a", "by": "b", "at": "2026-11-20T10:00:00Z"}
    (tmp_path / "retractions.jsonl").write_text(json.dumps(gone) + "\n", encoding="utf-8")
    with Grouped(tmp_path) as said:
        assert said.idle == read_folder(tmp_path).idle
    assert said.idle == [f"{tmp_path}/retractions.jsonl:1: no correction 'ls-1' is there to be retracted"]


def test_hidden_files_and_markdown_are_no_corrections(tmp_path: Path) -> None:
    for name in (".gitkeep", ".gitignore", "README.md"):
        (tmp_path / name).write_text("words", encoding="utf-8")
    assert read_folder(tmp_path).raw == 0


def test_adding_a_format_is_adding_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plugin = tmp_path / "plugins/tables.py"
    plugin.parent.mkdir()
    plugin.write_text(
        '"""Tables."""\n'
        "from finetune.records.review import LeftOutRecord\n"
        'def reads(path): return path.suffix == ".csv"\n'
        'def each(path): yield LeftOutRecord(f"{path}:1", "a heading")\n',
        encoding="utf-8",
    )
    monkeypatch.setattr(exports, "__path__", [*exports.__path__, str(plugin.parent)])
    (tmp_path / "in").mkdir()
    (tmp_path / "in/table.csv").write_text("id,course\n", encoding="utf-8")
    assert list(known_exports()) == ["argilla", "label_studio", "own_lines", "tables"]
    assert reasons(read_folder(tmp_path / "in")) == {"a heading": 1}


def test_a_breakdown_to_edit_has_a_pair_a_line_and_is_read_as_it_was() -> None:
    for one in (breakdown for correction in OWN for breakdown in (correction.before, correction.after)):
        text = write_breakdown(one)
        assert read_breakdown("here", "it", text) == one
        lines = [line for line in text.splitlines() if line.startswith(('{"lego_id"', '{"feeder_id"'))]
        assert len(lines) == len(one.lego_pairs) + len(one.feeder_pairs)
    assert write_breakdown(Breakdown((), ())) == '{"lego_pairs": [],\n"feeder_pairs": []}'


def test_the_labelling_interface_asks_for_what_is_read() -> None:
    view = ET.parse(ROOT / SKILL / "label-studio.xml").getroot()  # noqa: S314 — our own file
    controls = {tag.attrib["name"]: tag for tag in view.iter() if "toName" in tag.attrib}
    made: Any = label_task(ONE)
    shown = {tag.attrib["name"]: tag.attrib["value"] for tag in view.iter("Text")}
    assert list(controls) == ["breakdown", "error_type", "reason"]
    assert {tag.attrib["toName"] for tag in controls.values()} <= set(shown)
    assert {value.removeprefix("$") for value in shown.values()} <= set(made["data"])
    choices = {tag.attrib["value"]: tag.attrib["hint"] for tag in view.iter("Choice")}
    assert tuple(choices) == get_args(ErrorType)
    skill = (ROOT / SKILL / "SKILL.md").read_text(encoding="utf-8")
    assert all(f"| `{name}` | {hint} |" in skill for name, hint in choices.items())
    (types,) = re.findall(r"types = (\[.*?\])", skill, re.DOTALL)
    assert tuple(ast.literal_eval(types)) == get_args(ErrorType)
    (predicted,) = made["predictions"][0]["result"]
    assert (controls["breakdown"].tag.lower(), predicted["to_name"]) == (predicted["type"], "target")


def label_task(one: Correction) -> dict[str, object]:
    made: dict[str, object] = known_exports()["label_studio"].task(seen_by(one), 0, "")
    return made


def test_tasks_show_each_seed_as_it_is_after_its_corrections(project: Project) -> None:
    corrected = {seed.seed_id: seed for seed in corrected_courses()["spa_for_eng"]}
    tasks = json.loads(project.python("-m", "finetune", "tasks", "label-studio", "spa_for_eng"))
    texts = {one["data"]["seed_id"]: one["predictions"][0]["result"][0]["value"]["text"][0] for one in tasks}
    assert {name: read_breakdown(name, "it", text) for name, text in texts.items()} == {
        name: seed.breakdown for name, seed in corrected.items()
    }
    arguments = ("argilla", "spa_for_eng", "--seed", "S0006", "--generation", "3")
    (one,) = json.loads(project.python("-m", "finetune", "tasks", *arguments))
    assert read_breakdown("", "it", one["suggestions"]["breakdown"]["value"]) == corrected["S0006"].breakdown
    assert one["metadata"]["generation"] == 3
    assert "zzz: no such course; known: cmn_for_eng" in project.python(
        "-m", "finetune", "tasks", "argilla", "zzz", code=2
    )


def corrected_courses() -> Courses:
    return correct(COURSES, read_corrections(ROOT / FOLDER))


def use_three_formats(project: Project) -> None:
    """French corrections as Label Studio would export them, Italian as Argilla, and some answers that are none."""
    french = [one for one in OWN if one.course == "fra_for_eng"]
    italian = [one for one in OWN if one.course == "ita_for_eng"]
    tasks = [task(number, seen_by(one), [annotation(number, one)]) for number, one in enumerate(french)]
    skipped = [task(500 + n, seen_by(ONE), [annotation(500 + n, ONE, was_cancelled=True)]) for n in range(2)]
    records = [record(seen_by(one), one.corrected_at, responses(one), flat=True) for one in italian]
    discarded = record(seen_by(ONE), ONE.corrected_at, responses(ONE, "discarded"), flat=True, status="pending")
    write(project.path(FOLDER / "project-1-at-2026-10-20.json"), [*tasks, *skipped, task(600, seen_by(ONE), [])])
    write(project.path(FOLDER / "argilla.jsonl"), [*records, discarded])
    for course in ("fra_for_eng", "ita_for_eng"):
        project.path(FOLDER / f"{course}.jsonl").unlink()


def test_the_stage_prepare_makes_the_same_examples_of_any_mix_of_formats(project: Project) -> None:
    project.stage("prepare")
    sides = [TRAINING / "training.jsonl", TRAINING / "validation.jsonl"]
    before = [project.read(path) for path in sides]
    use_three_formats(project)
    told = project.stage("prepare")
    assert [project.read(path) for path in sides] == before
    numbers = json.loads(project.read(TRAINING / "dataset.json"))
    assert numbers["left_out_corrections"] == {
        "cancelled": 2,
        "discarded": 1,
        "no annotation": 1,
        "of a seed that is left out": 5,
    }
    assert numbers["corrections"] + 5 == CORRECTIONS == numbers["raw_corrections"] - 4
    cancelled = [f"{FOLDER}/project-1-at-2026-10-20.json: task {n}, annotation {n}" for n in (500, 501)]
    assert f"unused: {', '.join(cancelled)}: cancelled" in told
    assert f"unused: {FOLDER}/argilla.jsonl:14, user {ONE.reviewer}: discarded" in told
    checked = project.python("-m", "finetune", "check", code=None)
    assert f"no correction: {FOLDER}/project-1-at-2026-10-20.json: task 501, annotation 501: cancelled" in checked


def test_a_seed_that_is_not_there_and_a_second_export_of_the_same_answers_are_refused(project: Project) -> None:
    use_three_formats(project)
    project.path(FOLDER / "again.jsonl").write_text(project.read(FOLDER / "argilla.jsonl"), encoding="utf-8")
    assert f"is taken by {FOLDER}/again.jsonl:1, user " in project.stage("prepare", code=255)
    project.path(FOLDER / "again.jsonl").unlink()
    project.replace(FOLDER / "argilla.jsonl", '"seed_id": "S0006"', '"seed_id": "S9999"')
    assert "no seed S9999 in course 'ita_for_eng'" in project.stage("prepare", code=255)


def test_own_lines_are_read_as_they_are_written(tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_text("".join(map(dump, reversed(OWN))), encoding="utf-8")
    assert sorted(one.id for one in given(read_folder(tmp_path))) == sorted(one.id for one in OWN)
    assert read_corrections(tmp_path) == read_folder(tmp_path).corrections


BOM = b"\xef\xbb\xbf"


def own_line(**changes: object) -> bytes:
    return json.dumps({**json.loads(dump(ONE)), **changes}).encode() + b"\n"


def refused(folder: Path) -> str:
    """What is said of the folder's one file, after its path."""
    with pytest.raises(FinetuneError) as error:
        read_folder(folder)
    assert error.value.exit_code == 2
    return str(error.value).removeprefix(str(folder))


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (b'{"id": "\xff"}\n', "not UTF-8 (byte 9)"),
        (own_line(reason="HALF").replace(b"HALF", b"\\ud800"), "not a line of JSON (JSON is malformed: "),
        (own_line(generation=0).replace(b'"generation": 0', b'"generation": NaN'), "not a line of JSON ("),
        (b"[" * 100_000 + b"\n", "Expected `object`, got `array`"),
        (own_line(reason="a").replace(b'"a"', b"[" * 970 + b"]" * 970), ""),
        (b"\x00\n", "not a line of JSON ("),
        (b"\n", "the line is blank"),
        (b"null\n", "Expected `object`, got `null`"),
        (own_line().decode().encode("utf-16"), "not UTF-8 (byte 1)"),
        (
            own_line()[:-2] + b', "reviewer" : "b"}\n',
            "the key 'reviewer' stands twice in one object; keep the right one",
        ),
        (own_line().replace(b'"lego_id"', b'"lego_\\u0069d": "L", "lego_id"', 1), "the key 'lego_id' stands twice"),
        (own_line(reviewer=" "), "the reviewer is empty"),
    ],
    ids=["utf-8", "half", "nan", "deep", "deep-text", "nul", "blank", "null", "utf-16", "twice", "escaped", "nobody"],
)
def test_a_line_of_any_bytes_is_refused_with_its_number_also_far_down_in_a_file(
    tmp_path: Path, line: bytes, told: str
) -> None:
    good = b"".join(own_line(id=f"c-{number}", reason="a" * 1000) for number in range(20))
    (tmp_path / "own.jsonl").write_bytes(good + line)
    assert refused(tmp_path).startswith(f"/own.jsonl:21: {told}")


@pytest.mark.parametrize("flat", [True, False])
def test_an_argilla_export_with_a_byte_order_mark_is_read_as_one_without(tmp_path: Path, flat: bool) -> None:
    path = write(tmp_path / "a.jsonl", [record(seen_by(ONE), ONE.corrected_at, responses(ONE), flat=flat)])
    path.write_bytes(BOM + path.read_bytes())
    assert without_ids(given(read_file(path))) == without_ids([ONE])


def test_two_answers_of_one_person_to_one_question_are_refused_and_none_is_passed_over(tmp_path: Path) -> None:
    twice = [responses(ONE), responses(ONE, breakdown=text_of(changed(ONE.after)))]
    write(tmp_path / "a.jsonl", [record(seen_by(ONE), ONE.corrected_at, *twice, flat=True)])
    assert refused(tmp_path).startswith(f"/a.jsonl:1, user {ONE.reviewer}: two answers to one question; leave one")
