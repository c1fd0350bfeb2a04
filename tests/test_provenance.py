"""Where lines come from and where corrections go: explain, trace, retract, and a contradiction's corrections."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from finetune.errors import FinetuneError
from finetune.provenance import generations, origin_of
from tests.conftest import SKILL, TESTING, TRAINING, Project

FILE = TRAINING / "training.jsonl"


@pytest.fixture
def prepared(project: Project) -> Project:
    project.stage("prepare")
    return project


def provenance(project: Project) -> list[dict[str, object]]:
    return [json.loads(line) for line in project.read(TRAINING / "provenance.jsonl").splitlines()]


def line_of(project: Project, course: str, seed_id: str) -> int:
    return next(
        int(str(one["line"])) for one in provenance(project) if (one["course"], one["seed_id"]) == (course, seed_id)
    )


def test_every_line_of_both_files_has_its_provenance_by_its_bytes(prepared: Project) -> None:
    known = {(one["side"], one["line"]): one["sha256"] for one in provenance(prepared)}
    found = {
        (side, number): hashlib.sha256(line).hexdigest()
        for side in ("training", "validation")
        for number, line in enumerate(prepared.path(TRAINING / f"{side}.jsonl").read_bytes().splitlines(), 1)
    }
    assert known == found


def test_explain_tells_whose_answer_a_line_was_and_who_corrected_it_and_why(prepared: Project) -> None:
    number = line_of(prepared, "spa_for_eng", "S0006")
    told = prepared.python("-m", "finetune", "explain", f"{FILE}:{number}")
    assert f"is training line {number}: spa_for_eng S0006" in told
    assert "spa-001 by lucia, 2026-10-05, an answer of generation 0" in told
    assert 'FD_VIOLATION: "with" stands alone' in told
    assert "LEGOs gone: with = con, my family = mi familia; new: with my family = con mi familia" in told
    found = json.loads(prepared.python("-m", "finetune", "explain", f"{FILE}:{number}", "--json"))
    assert found["corrections"][0]["correction"] == "spa-001"


def test_explain_says_of_a_line_that_nobody_corrected_that_it_is_as_it_was_generated(prepared: Project) -> None:
    one = next(one for one in provenance(prepared) if one["side"] == "training" and not one["corrections"])
    told = prepared.python("-m", "finetune", "explain", f"{FILE}:{one['line']}")
    assert "nobody corrected it: the answer is as it was generated" in told


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("nowhere.jsonl:1", "nowhere.jsonl: no such file"),
        (f"{FILE}", "no place in a file; write FILE:LINE, like training.jsonl:7"),
        (f"{FILE}:0", "no place in a file"),
        (f"{FILE}:900", "the file has no such line"),
        ("params.yaml:1", "provenance.jsonl: no such file; `dvc repro prepare` writes it"),
    ],
)
def test_a_place_that_is_none_is_refused(prepared: Project, place: str, said: str) -> None:
    assert said in prepared.python("-m", "finetune", "explain", place, code=2)


@pytest.mark.parametrize(
    ("name", "number", "said"),
    [
        ("a.jsonl", "²", "no place in a file"),
        ("a.jsonl", "٣", "no place in a file"),
        ("a.jsonl", "1" * 5000, "no place in a file"),
        ("a.jsonl", "01", "no place in a file"),
        ("a.jsonl/b", "1", "no such file"),
        ("a" * 300, "1", "it cannot be read"),
        ("\0", "1", "it cannot be read"),
    ],
    ids=["superscript", "arabic", "digits", "zero", "below", "long", "nul"],
)
def test_a_place_of_any_characters_is_refused_and_no_traceback(
    tmp_path: Path, name: str, number: str, said: str
) -> None:
    (tmp_path / "a.jsonl").write_text("{}\n", encoding="utf-8")
    with pytest.raises(FinetuneError, match=said) as error:
        origin_of(f"{tmp_path}/{name}:{number}")
    assert error.value.exit_code == 2


def test_a_history_of_lists_in_lists_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "generation-1-history.json"
    path.write_text("[" * 100_000, encoding="utf-8")
    with pytest.raises(FinetuneError) as error:
        generations(tmp_path)
    assert error.value.where == str(path)


def test_a_line_that_was_edited_is_not_explained_by_another_s_story(prepared: Project) -> None:
    path = prepared.path(FILE)
    content = path.read_text("utf-8").replace("quiero", "deseo", 1).replace("Quiero", "Deseo", 1)
    path.unlink()
    path.write_text(content, encoding="utf-8")
    number = next(i for i, line in enumerate(content.splitlines(), 1) if "eseo" in line)
    told = prepared.python("-m", "finetune", "explain", f"{FILE}:{number}", code=2)
    assert "does not know this line; it was edited, or is of another dataset" in told


def test_trace_tells_a_correction_s_lines_and_the_generations_that_were_trained_on_it(generation_one: Project) -> None:
    number = line_of(generation_one, "spa_for_eng", "S0006")
    told = generation_one.python("-m", "finetune", "trace", "spa-001")
    assert (
        f"now: it counts\nlines of the files as they are: {FILE}:{number}\ngenerations that were trained on it: 1"
        in told
    )
    found = json.loads(generation_one.python("-m", "finetune", "trace", "spa-001", "--json"))
    assert (found["correction"], found["state"], found["generations"]) == ("spa-001", "it counts", [1])
    assert "no such correction in" in generation_one.python("-m", "finetune", "trace", "spa-999", code=2)
    told = generation_one.python("-m", "finetune", "trace", "por-001")
    assert (
        "now: its seed is left out of both files (the course is never trained on (prepare.never_trained)); answers are"
        in told
    )


def test_a_retracted_correction_is_out_of_the_next_dataset_and_the_generations_that_carry_it_are_listed(
    made: Project,
) -> None:
    retract = ["-m", "finetune", "retract", "spa-001", "--reason", "con is fine here", "--by", "otto"]
    told = made.python(*retract)
    assert f"spa-001 is retracted: {SKILL}/corrections/retractions.jsonl has it; commit that" in told
    assert "generations that still carry it: 1; the next one does not" in told
    again = made.python(*retract, code=2)
    assert "spa-001: retracted by otto," in again and "con is fine here" in again
    told = made.stage("prepare")
    assert "unused: spa-001: retracted" in told
    assert "left out: spa_for_eng S0006: FD_VIOLATION_PREPOSITION" in told, "it is as it was generated again"
    assert "spa-001" not in {
        origin["correction"]
        for one in provenance(made)
        for origin in one["corrections"]  # type: ignore[attr-defined]
    }
    traced = made.python("-m", "finetune", "trace", "spa-001")
    assert (
        "now: retracted by otto" in traced
        and "lines of the files as they are: none\ngenerations that were trained on it: 1" in traced
    )
    assert json.loads(made.read(TESTING / "generation-1-history.json"))[-1]["corrections"].count("spa-001") == 1


def test_what_was_built_on_a_retracted_correction_carries_it_on_and_every_command_says_so(made: Project) -> None:
    told = made.python("-m", "finetune", "retract", "spa-005", "--reason", "bolso is fine", "--by", "otto")
    assert "spa-007 by lucia was built on it, and stays: look whether it is still right" in told
    assert "carry it: 1; so will the next one, through spa-007: retract that too, or correct the seed again" in told
    assert "unused: spa-005: retracted, and carried on by what was built on it" in made.stage("prepare")
    number = line_of(made, "spa_for_eng", "S0011")
    traced = made.python("-m", "finetune", "trace", "spa-005")
    assert "bolso is fine; spa-007 was built on it, and carries it on" in traced and f"are: {FILE}:{number}" in traced
    story = made.python("-m", "finetune", "explain", f"{FILE}:{number}")
    assert "spa-005 by lucia" in story and "retracted since, by otto: bolso is fine" in story
    told = made.python("-m", "finetune", "retract", "spa-007", "--reason", "and so", "--by", "otto", "--json")
    done = json.loads(told)
    assert (done["correction"], done["reason"], done["by"]) == ("spa-007", "and so", "otto")
    assert (done["built_on"], done["generations"], done["carried_on_through"]) == ([], [1], [])
    made.stage("prepare")
    assert "are: none" in made.python("-m", "finetune", "trace", "spa-005")


def test_a_generation_that_is_trained_and_not_evaluated_yet_carries_its_corrections(made: Project) -> None:
    (entry,) = (made.root / "jobs").glob("*[0-9a-f].json")
    assert "spa-001" in json.loads(entry.read_text("utf-8"))["taught"]["corrections"]
    made.path(TESTING / "generation-1-history.json").unlink()
    assert "generations that were trained on it: 1\n" in made.python("-m", "finetune", "trace", "spa-001")
    told = made.python("-m", "finetune", "retract", "spa-001", "--reason", "con is fine here", "--by", "otto")
    assert "generations that still carry it: 1; the next one does not" in told


def test_a_correction_that_was_changed_or_taken_out_since_has_no_story_of_another(made: Project) -> None:
    number, path = line_of(made, "spa_for_eng", "S0006"), made.path(SKILL / "corrections/spa_for_eng.jsonl")
    lines = path.read_text("utf-8").splitlines()
    changed = [line.replace("con mi familia", "con mi gente") if '"spa-001"' in line else line for line in lines]
    path.write_text("\n".join(changed) + "\n", encoding="utf-8")
    told = made.python("-m", "finetune", "explain", f"{FILE}:{number}")
    assert "it was changed since: what the line was made with is in Git's history" in told and "LEGOs gone" not in told
    path.write_text("\n".join(line for line in lines if '"spa-001"' not in line) + "\n", encoding="utf-8")
    assert "it is among the corrections no more" in made.python("-m", "finetune", "explain", f"{FILE}:{number}")
    gone = made.python("-m", "finetune", "trace", "spa-001")
    assert "any more: it was taken out there\ngenerations that were trained on it: 1\n" in gone
    assert json.loads(made.python("-m", "finetune", "trace", "spa-001", "--json"))["generations"] == [1]


def test_a_story_tells_a_change_of_type_and_of_feeders_too_and_json_has_all_of_it(prepared: Project) -> None:
    number = line_of(prepared, "spa_for_eng", "S0011")
    told = prepared.python("-m", "finetune", "explain", f"{FILE}:{number}")
    assert "WRONG_CLASSIFICATION: " in told and "LEGO changed: " in told and " → " in told
    found = json.loads(prepared.python("-m", "finetune", "explain", f"{FILE}:{number}", "--json"))
    assert found["sentence"].count(" / ") == 1 and found["claims"].startswith("claims: ")
    assert any(said.startswith("LEGO changed: ") for one in found["corrections"] for said in one["story"])


def test_a_pair_of_answers_is_explained_by_the_line_of_its_seed(prepared: Project) -> None:
    prepared.replace("params.yaml", "preferences: none", "preferences: trl")
    prepared.stage("prepare")
    told = prepared.python("-m", "finetune", "explain", f"{TRAINING}/preferences-training.jsonl:1", code=2)
    assert "pairs of answers have no provenance of their own; explain the line of the same seed" in told


def test_a_correction_that_another_took_back_is_traced_to_that_one(prepared: Project) -> None:
    path = prepared.path(SKILL / "corrections/spa_for_eng.jsonl")
    first = next(one for one in map(json.loads, path.read_text("utf-8").splitlines()) if one["id"] == "spa-001")
    back = {**first, "id": "spa-900", "reviewer": "otto", "before": first["after"], "after": first["before"]}
    later = json.dumps(back | {"corrected_at": "2026-11-20T10:00:00Z"})
    path.write_text(f"{path.read_text('utf-8')}{later}\n", encoding="utf-8")
    assert "now: taken back by spa-900 of otto" in prepared.python("-m", "finetune", "trace", "spa-001")
    found = json.loads(prepared.python("-m", "finetune", "check", "--json", code=1))["spa_for_eng"]
    assert [one["message"].partition(": ")[2] for one in found if one["rule"] == "reversal"] == [
        "spa-900 takes back spa-001 in spa_for_eng S0006 (otto against lucia)"
    ]


def test_retractions_at_one_time_are_all_written(project: Project) -> None:
    names = [f"spa-{number:03}" for number in range(1, 9)]
    command = [sys.executable, "-m", "finetune", "retract"]
    started = [
        subprocess.Popen([*command, name, "--reason", "a", "--by", "b"], cwd=project.root, stdout=subprocess.DEVNULL)
        for name in [*names, names[0]]
    ]
    assert sorted(one.wait() for one in started) == [0] * 8 + [2]
    lines = project.read(SKILL / "corrections/retractions.jsonl").splitlines()
    assert sorted(json.loads(line)["correction"] for line in lines) == names


def test_a_retraction_of_a_course_that_is_never_trained_on_is_carried_by_no_generation(project: Project) -> None:
    path = project.path(SKILL / "corrections/por_for_eng.jsonl")
    first = json.loads(path.read_text("utf-8").splitlines()[0])
    more = {**first, "id": "por-900", "before": first["after"], "after": {"lego_pairs": [], "feeder_pairs": []}}
    more["corrected_at"] = "2026-11-20T10:00:00Z"
    path.write_text(f"{path.read_text('utf-8')}{json.dumps(more)}\n", encoding="utf-8")
    told = project.python("-m", "finetune", "retract", first["id"], "--reason", "a", "--by", "b")
    assert "por-900" in told and "the next one does not" in told
    assert f"unused: {first['id']}: retracted\n" in project.stage("prepare")


def test_a_reason_that_is_not_utf8_is_refused_and_one_with_a_cursor_s_movements_moves_none(project: Project) -> None:
    retract = ["-m", "finetune", "retract", "spa-001", "--by", "b", "--reason"]
    assert "not UTF-8" in project.python(*retract, "caf\udce9", code=2)
    project.python(*retract, "\x1b[2Jgone")
    told = project.python("-m", "finetune", "trace", "spa-001")
    assert "\x1b" not in told and "\\x1b[2Jgone" in told


def test_a_retraction_needs_a_correction_a_reason_and_a_name(project: Project) -> None:
    retract = ["-m", "finetune", "retract"]
    assert "no such correction" in project.python(*retract, "x-1", "--reason", "a", "--by", "b", code=2)
    assert "--reason: it is empty" in project.python(*retract, "spa-001", "--reason", " ", "--by", "b", code=2)
    project.path(SKILL / "corrections/retractions.jsonl").write_text('{"correction": "x-1"}\n', encoding="utf-8")
    assert "retractions.jsonl:1: Object missing required field" in project.python("-m", "finetune", "check", code=2)


def contradictory(prepared: Project, course: str, seed_id: str) -> list[str]:
    """The training file's lines, and one more, with the prompt of this seed and another answer."""
    lines = prepared.path(FILE).read_text("utf-8").splitlines()
    wrong = json.loads(lines[line_of(prepared, course, seed_id) - 1])
    wrong["messages"][1]["content"] = '{"lego_pairs": [], "feeder_pairs": []}'
    return [*lines, json.dumps(wrong, ensure_ascii=False)]


def test_a_contradiction_says_who_corrected_what_and_when(prepared: Project) -> None:
    number, lines = line_of(prepared, "spa_for_eng", "S0006"), contradictory(prepared, "spa_for_eng", "S0006")
    prepared.path(FILE).unlink()
    prepared.path(FILE).write_text("\n".join(lines) + "\n", encoding="utf-8")
    told = prepared.python("-m", "finetune", "lint", str(FILE), code=1)
    assert f"{FILE}:{number}: contradiction: one prompt with 2 answers" in told
    assert f"; training:{number} is spa-001 by lucia, 2026-10-05" in told


def test_who_corrected_a_line_is_known_by_its_bytes_wherever_it_stands(prepared: Project) -> None:
    lines = contradictory(prepared, "spa_for_eng", "S0006")[::-1]
    path = prepared.path(TRAINING / "turned.jsonl")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    number = len(lines) + 1 - line_of(prepared, "spa_for_eng", "S0006")
    told = prepared.python("-m", "finetune", "lint", str(TRAINING / "turned.jsonl"), code=1)
    named = [line for line in told.splitlines() if ": contradiction: " in line]
    assert len(named) == 2 and all(
        line.endswith(f"; turned:{number} is spa-001 by lucia, 2026-10-05") for line in named
    )


@pytest.mark.parametrize(
    "sidecar", ["{}\n", "no JSON\n", '{"source": "mine"}\n', None], ids=["empty", "text", "other", "folder"]
)
def test_a_sidecar_that_is_not_ours_takes_no_finding_away(sidecar: str | None, tmp_path: Path) -> None:
    if sidecar is None:
        (tmp_path / "provenance.jsonl").mkdir()
    else:
        (tmp_path / "provenance.jsonl").write_text(sidecar, encoding="utf-8")
    chats = [[{"role": "user", "content": "Hi?"}, {"role": "assistant", "content": said}] for said in ("Yes.", "No.")]
    (tmp_path / "t.jsonl").write_text(
        "".join(json.dumps({"messages": chat}) + "\n" for chat in chats), encoding="utf-8"
    )
    asked = [sys.executable, "-m", "finetune", "lint", str(tmp_path / "t.jsonl"), "--json"]
    linted = subprocess.run(asked, capture_output=True, text=True)
    assert linted.returncode == 1
    assert "note: nobody is named who corrected the lines of contradictions: " in linted.stderr
    assert json.loads(linted.stdout)["counts"]["contradiction"] == 2
