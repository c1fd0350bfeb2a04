"""The stage prepare: courses and corrections become examples, and nothing is lost or leaks."""

import json
import pickle
import shutil
import signal
import tempfile
from collections import Counter, defaultdict
from pathlib import Path

import msgspec
import pytest

from finetune import preparing
from finetune.adding import Taught
from finetune.dataset.build import build
from finetune.dataset.preferences import differ
from finetune.errors import FinetuneError, RefusedError
from finetune.files import grouped, kept
from finetune.files.chats import read_chats
from finetune.files.corrections import read_corrections
from finetune.files.dvc import read_paths
from finetune.files.kept import Group
from finetune.preparing import prepare_courses
from finetune.records.correcting import Corrected
from finetune.records.course import Breakdown, Correction, Lego, Seed
from finetune.records.params import Prepare
from finetune.records.provenance import Provenance
from finetune.workers import workers
from scripts import prepare
from tests.conftest import SEEDS, SKILL, TRAINING, Project
from tests.imports import ROOT

SPANISH = SKILL / "courses/spa_for_eng.jsonl"
SPANISH_CORRECTIONS = SKILL / "corrections/spa_for_eng.jsonl"


def prompts(project: Project, side: str) -> list[dict[str, object]]:
    lines = project.read(TRAINING / f"{side}.jsonl").splitlines()
    return [json.loads(json.loads(line)["messages"][0]["content"]) for line in lines]


def answers(project: Project, side: str) -> dict[tuple[str, str], dict[str, object]]:
    lines = [json.loads(line)["messages"] for line in project.read(TRAINING / f"{side}.jsonl").splitlines()]
    asked = [json.loads(messages[0]["content"]) for messages in lines]
    return {
        (prompt["course"], prompt["seed_id"]): json.loads(messages[1]["content"])
        for prompt, messages in zip(asked, lines, strict=True)
    }


def lines_of(project: Project, path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in project.read(path).splitlines()]


def rewrite(project: Project, path: Path, lines: list[dict[str, object]]) -> None:
    project.path(path).write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), "utf-8")


def test_every_seed_that_comes_in_is_used_or_left_out_with_its_reason(project: Project) -> None:
    told = project.stage("prepare")
    numbers = json.loads(project.read(TRAINING / "dataset.json"))
    seeds = sum(len(path.read_text("utf-8").splitlines()) for path in project.path(SKILL / "courses").glob("*.jsonl"))
    assert numbers["seeds"] == seeds == numbers["training"] + numbers["validation"] + numbers["left_out"]
    assert numbers["training"] == len(prompts(project, "training"))
    assert numbers["validation"] == len(prompts(project, "validation"))
    assert "left out: por_for_eng 16 seeds: the course is never trained on" in told


def test_the_same_input_makes_the_same_bytes(project: Project) -> None:
    project.stage("prepare")
    first = project.read(TRAINING / "training.jsonl"), project.read(TRAINING / "validation.jsonl")
    project.run("dvc", "repro", "--force", "prepare")
    assert (project.read(TRAINING / "training.jsonl"), project.read(TRAINING / "validation.jsonl")) == first


def prepared(folder: Path, courses: Path | None = None) -> dict[str, bytes]:
    """What the stage writes of our sample, or of other courses: name -> bytes."""
    paths = read_paths()
    words = [
        "--courses",
        str(courses or paths.courses),
        "--corrections",
        str(paths.corrections),
        "--prompt",
        str(paths.prompt),
    ]
    outs = ["training", "validation", "training-preferences", "validation-preferences"]
    outs += ["provenance", "left-out", "metrics"]
    assert prepare.main([*words, *(word for out in outs for word in (f"--{out}", str(folder / out)))]) == 0
    return {out: (folder / out).read_bytes() for out in outs}


def test_two_processes_and_corrections_on_disk_make_the_same_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    small = prepared(tmp_path / "small")
    monkeypatch.setattr(preparing, "LARGE", 0)
    monkeypatch.setattr(grouped, "LARGE", 0)
    monkeypatch.setattr(kept, "HELD", 7)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert prepared(tmp_path / "large") == small
    assert sorted(path.name for path in tmp_path.iterdir()) == ["large", "small"], "no temporary file is left"


def test_an_error_in_another_process_is_told_with_its_place_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    courses = tmp_path / "courses"
    shutil.copytree(read_paths().courses, courses)
    path = courses / "spa_for_eng.jsonl"
    path.write_text(path.read_text("utf-8").replace('"known":', '"knwon":', 1), "utf-8")
    for name in ("outs", "temporary"):
        (tmp_path / name).mkdir()
    monkeypatch.setattr(preparing, "LARGE", 0)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    with pytest.raises(FinetuneError, match=r"spa_for_eng\.jsonl:1: .*`knwon`.*; a line here is one Seed") as found:
        prepared(tmp_path / "outs", courses)
    assert found.value.exit_code == 2
    assert not list((tmp_path / "outs").iterdir()) and not list((tmp_path / "temporary").iterdir())


def test_ctrl_c_is_for_the_process_that_started_the_others() -> None:
    with workers() as pool:
        assert pool.apply(signal.getsignal, (signal.SIGINT,)) is signal.SIG_IGN


def test_every_error_passes_between_processes_as_it_is() -> None:
    error = RefusedError("a", "b", "c", status=429, passes=True, retry_after=2.5)
    again = pickle.loads(pickle.dumps(error))  # noqa: S301
    assert (type(again), str(again), vars(again)) == (RefusedError, "a: b; c", vars(error))


def test_every_record_that_is_not_used_is_named_with_its_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    made = prepared(tmp_path)
    numbers, left = json.loads(made["metrics"]), list(map(json.loads, made["left-out"].splitlines()))
    assert (
        sum("seed" in one for one in left)
        == numbers["left_out"]
        == numbers["seeds"] - sum(numbers[side] for side in ("training", "validation"))
    )
    reasons = Counter(one["reason"] for one in left if "seed" not in one)
    assert reasons == numbers["left_out_corrections"]
    assert {"correction": "por-001", "reason": "of a seed that is left out"} in left


def test_two_corrections_that_make_one_pair_make_it_once_and_the_other_is_counted() -> None:
    one = Correction("c1", "spa", "S0001", "FD_VIOLATION", Breakdown((), ()), Breakdown((), ()), "a", "ana", "b", 0)
    chain = (one, msgspec.structs.replace(one, id="c2"))
    seed = Seed("spa", "S0001", "Spanish", "English", "Sí.", "Yes.", (Lego("S0001L01", "BASE", "Sí", "Yes"),), ())
    corrected = Corrected({"spa": [seed]}, chains={("spa", "S0001"): chain})
    dataset = build(corrected, "Split.", Prepare("seed", 0.0, (), "latest", "anthropic", "trl"), list[bytes])
    assert (len(dataset.preferences["training"]), dataset.dropped) == (1, 1)


def test_provenance_is_written_as_its_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is put together from two parts, the place last."""
    monkeypatch.chdir(ROOT)
    lines = prepared(tmp_path)["provenance"].splitlines()
    records = [msgspec.json.decode(line, type=Provenance) for line in lines]
    assert list(map(msgspec.json.encode, records)) == lines
    assert any(one.corrections for one in records)


def test_a_seed_number_is_on_the_same_side_in_every_course(project: Project) -> None:
    project.stage("prepare")
    training = {prompt["seed_id"] for prompt in prompts(project, "training")}
    validation = {prompt["seed_id"] for prompt in prompts(project, "validation")}
    assert training and validation and not training & validation


def test_adding_data_never_moves_a_seed_to_the_other_side(project: Project) -> None:
    project.stage("prepare")
    before = {(p["course"], p["seed_id"]): side for side in ("training", "validation") for p in prompts(project, side)}
    project.replace("params.yaml", "    - por_for_eng\n", "    []\n")
    course = lines_of(project, SPANISH)
    for number in range(31, 41):
        seed_id = f"S{number:04}"
        sentence = {"target": f"Palabra {number}.", "known": f"Word {number}."}
        course.append({**course[0], **sentence, "seed_id": seed_id, "lego_pairs": [], "feeder_pairs": []})
    rewrite(project, SPANISH, course)
    project.stage("prepare")
    after = {(p["course"], p["seed_id"]): side for side in ("training", "validation") for p in prompts(project, side)}
    assert len(after) == len(before) + 26
    assert {place: after[place] for place in before} == before


def test_a_claim_in_a_training_prompt_was_made_by_an_earlier_training_seed(project: Project) -> None:
    project.stage("prepare")
    made: dict[object, set[tuple[str, str]]] = defaultdict(set)
    shown = 0
    for prompt, answer in zip(prompts(project, "training"), answers(project, "training").values(), strict=True):
        claims = [(claim["known_chunk"], claim["target_chunk"]) for claim in prompt["claims"]]  # type: ignore[attr-defined]
        assert set(claims) <= made[prompt["course"]], prompt["seed_id"]
        shown += len(claims)
        for pair in [*answer["lego_pairs"], *answer["feeder_pairs"]]:  # type: ignore[misc]
            made[prompt["course"]].add((pair["known_chunk"], pair["target_chunk"]))
    assert shown > 100


def test_the_latest_correction_of_a_seed_wins(project: Project) -> None:
    project.stage("prepare")
    of_seed = [line for line in lines_of(project, SPANISH_CORRECTIONS) if line["seed_id"] == "S0011"]
    assert len(of_seed) == 2
    latest = max(of_seed, key=lambda line: str(line["corrected_at"]))
    assert answers(project, "training")["spa_for_eng", "S0011"] == latest["after"]


def test_a_seed_that_still_breaks_a_law_is_left_out_and_counted(project: Project) -> None:
    kept = [line for line in lines_of(project, SPANISH_CORRECTIONS) if line["seed_id"] != "S0013"]
    rewrite(project, SPANISH_CORRECTIONS, kept)
    told = project.stage("prepare")
    assert "left out: spa_for_eng S0013: FCFS_VIOLATION: 'to take' is 'llevar a' here, but S0005 claimed it" in told
    assert ("spa_for_eng", "S0013") not in answers(project, "training")
    assert json.loads(project.read(TRAINING / "dataset.json"))["left_out"] == 17


def test_no_corrections_at_all_make_a_baseline_generation(project: Project) -> None:
    for path in project.path(SKILL / "corrections").glob("*.jsonl"):
        path.unlink()
    told = project.stage("prepare")
    numbers = json.loads(project.read(TRAINING / "dataset.json"))
    assert f"{SEEDS} seeds, 0 corrections" in told
    assert numbers["corrections"] == 0
    assert numbers["left_out"] > 16


def spoil(line: int, path: Path, text: str) -> dict[str, object]:
    return {"line": line, "path": path, "text": text}


@pytest.mark.parametrize(
    ("line", "path", "text", "wrong", "right"),
    [
        (3, SPANISH, "{not json", "not a line of JSON", "mend the line"),
        (3, SPANISH, "", "the line is blank", "take it out"),
        (3, SPANISH, '{"course": "spa_for_eng"}', "Object missing required field `seed_id`", "one Seed"),
        (3, SPANISH, "[]", "Expected `object`, got `array`", "one Seed"),
        (2, SPANISH_CORRECTIONS, '{"id": 7}', "Expected `str`, got `int` - at `$.id`", "one Correction"),
        (2, SPANISH_CORRECTIONS, "nonsense", "not a line of JSON", "mend the line"),
    ],
)
def test_a_malformed_line_is_named_with_its_place(
    project: Project, line: int, path: Path, text: str, wrong: str, right: str
) -> None:
    lines = project.read(path).splitlines()
    lines[line - 1] = text
    project.path(path).write_text("\n".join(lines) + "\n", encoding="utf-8")
    told = project.stage("prepare", code=255)
    assert f"error: {path}:{line}: {wrong}" in told
    assert right in told
    assert not project.path(TRAINING / "training.jsonl").exists()


def change_correction(project: Project, **changes: object) -> None:
    lines = lines_of(project, SPANISH_CORRECTIONS)
    rewrite(project, SPANISH_CORRECTIONS, [*lines[:-1], {**lines[-1], **changes}])


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"seed_id": "S0999"}, "no seed S0999 in course 'spa_for_eng'"),
        ({"course": "xyz_for_eng"}, "no course 'xyz_for_eng'; known courses: cmn_for_eng"),
        ({"before": {"lego_pairs": [], "feeder_pairs": []}}, "'before' is not a breakdown that spa_for_eng"),
        ({"error_type": "TYPO"}, "Invalid enum value 'TYPO' - at `$.error_type`"),
        ({"corrected_at": "yesterday"}, "corrected_at is 'yesterday'"),
        ({"id": "spa-001"}, "the id 'spa-001' is taken by"),
        ({"reason": " "}, "the reason is empty"),
    ],
)
def test_a_correction_that_cannot_be_applied_is_named_with_its_place(
    project: Project, changes: dict[str, object], wrong: str
) -> None:
    change_correction(project, **changes)
    told = project.stage("prepare", code=255)
    assert f"error: {SPANISH_CORRECTIONS}:{len(lines_of(project, SPANISH_CORRECTIONS))}: {wrong}" in told


@pytest.mark.parametrize(
    ("old", "new", "wrong"),
    [
        (
            "  split_salt: seed",
            "  split_sald: seed",
            "unknown: split_sald; known here: split_salt, validation_fraction",
        ),
        ("validation_fraction: 0.25", "validation_fraction: 7", "Expected `float` < 1.0 - at `$.validation_fraction`"),
        ("- por_for_eng", "- por", "no course por; known: cmn_for_eng"),
    ],
)
def test_a_param_that_is_none_is_refused_with_the_known_ones(project: Project, old: str, new: str, wrong: str) -> None:
    project.replace("params.yaml", old, new)
    assert wrong in project.stage("prepare", code=255)


@pytest.mark.slow
def test_the_same_examples_are_written_in_the_chat_shape_that_params_name(project: Project) -> None:
    project.stage("prepare")
    chats = [line.value for line in read_chats(project.path(TRAINING / "training.jsonl"))]
    project.replace("params.yaml", "format: anthropic", "format: openai")
    project.stage("prepare")
    (first, *_) = map(json.loads, project.read(TRAINING / "training.jsonl").splitlines())
    assert list(first) == ["messages"]
    assert [message["role"] for message in first["messages"]] == ["system", "user", "assistant"]
    assert [line.value for line in read_chats(project.path(TRAINING / "training.jsonl"))] == chats
    project.replace("params.yaml", "profile: anthropic", "profile: openai")
    assert "profile openai: 0 errors, 0 warnings" in project.stage("validate")


@pytest.mark.parametrize(("name", "right_once"), [("trl", 0), ("openai", 0), ("kto", 1)])
def test_a_correction_makes_a_preference_on_its_seed_s_side_with_the_same_prompt(
    project: Project, name: str, right_once: int
) -> None:
    project.replace("params.yaml", "preferences: none", f"preferences: {name}")
    told = project.stage("prepare")
    assert "lines of preferences, 0 pairs dropped" in told
    for side in ("training", "validation"):
        asked = [json.loads(line) for line in project.read(TRAINING / f"{side}.jsonl").splitlines()]
        prompts = {one["messages"][0]["content"]: one["messages"][1]["content"] for one in asked}
        origins = [json.loads(line) for line in project.read(TRAINING / "provenance.jsonl").splitlines()]
        corrected = [len(one["corrections"]) for one in origins if one["side"] == side and one["corrections"]]
        pairs = [json.loads(line) for line in project.read(TRAINING / f"preferences-{side}.jsonl").splitlines()]
        assert len(pairs) == sum(corrected) + right_once * len(corrected) > 0
        for pair in pairs:
            system, user = pair["input"]["messages"] if name == "openai" else pair["prompt"]
            assert (system["role"], user["role"]) == ("system", "user")
            if name == "kto":
                assert pair["label"] is (pair["completion"][0]["content"] == prompts[user["content"]])
                continue
            keys = ("preferred_output", "non_preferred_output") if name == "openai" else ("chosen", "rejected")
            (chosen,), (rejected,) = (pair[key] for key in keys)
            assert chosen == {"role": "assistant", "content": prompts[user["content"]]}
            assert rejected["content"] != chosen["content"]


def test_a_pair_with_nothing_but_space_between_its_answers_is_dropped() -> None:
    assert differ('{"a": 1}', '{"a": 2}')
    assert not differ('{"a": 1}', ' {"a":1}\n')


@pytest.mark.parametrize(
    ("old", "new"), [("format: anthropic", "format: xml"), ("preferences: none", "preferences: x")]
)
def test_an_unknown_shape_is_refused_with_the_known_ones(project: Project, old: str, new: str) -> None:
    project.replace("params.yaml", old, new)
    assert f"unknown: {new.split()[1]}; known: " in project.stage("prepare", code=255)


def test_a_key_that_stands_twice_in_a_course_is_refused_with_its_line(project: Project) -> None:
    path = SKILL / "courses/spa_for_eng.jsonl"
    project.replace(
        path, '"target": "Necesito salir ahora."', '"target": "Otra cosa.", "target": "Necesito salir ahora."'
    )
    told = project.stage("prepare", code=255)
    assert f"{path}:2: the key 'target' stands twice in one object; keep the right one" in told


def test_what_is_no_course_file_is_refused_and_hidden_files_and_markdown_are_none(project: Project) -> None:
    courses = project.path(SKILL / "courses")
    for name in ("._spa_for_eng.jsonl", "README.md"):
        (courses / name).write_text("of the Mac\n", encoding="utf-8")
    project.stage("prepare")
    (courses / "deu_for_eng.jsonl.gz").write_bytes(b"")
    told = project.stage("prepare", code=255)
    assert "deu_for_eng.jsonl.gz: no course file; a course is a .jsonl file" in told


def test_preference_pairs_are_counted_on_screen_where_all_are_dropped(project: Project) -> None:
    for name in ("cmn", "fra", "ita", "por"):
        project.path(SKILL / f"corrections/{name}_for_eng.jsonl").unlink()
    path = project.path(SKILL / "corrections/spa_for_eng.jsonl")
    first = json.loads(path.read_text("utf-8").splitlines()[0])
    seed = json.loads(project.read(SKILL / "courses/spa_for_eng.jsonl").splitlines()[0])
    legos = seed["lego_pairs"]
    spaced = [{**legos[0], "known_chunk": f"{legos[0]['known_chunk']} "}, *legos[1:]]
    first |= {"seed_id": seed["seed_id"], "before": {"lego_pairs": legos, "feeder_pairs": []}}
    first["after"] = {"lego_pairs": spaced, "feeder_pairs": []}
    path.write_text(json.dumps(first) + "\n", encoding="utf-8")
    project.replace("params.yaml", "preferences: none", "preferences: trl")
    assert "1 pair dropped: nothing but space between the answers" in project.stage("prepare")


def test_a_course_s_lines_are_the_same_whether_they_are_kept_in_memory_or_in_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = read_corrections(ROOT / SKILL / "corrections")
    own = [line for line in said if line.value.course == "spa_for_eng"]
    task = (ROOT / SKILL / "courses/spa_for_eng.jsonl", Group(own, None, ()))
    params = Prepare("seed", 0.25, (), "latest", "anthropic", "trl")

    def lines(folder: Path | None) -> list[list[bytes]]:
        part = prepare_courses([task], Taught("Split.", params, frozenset()), folder)
        of = (part.lines, part.datasets[0].sources, part.preferences)
        return [list(gathered[side]) for gathered in of for side in ("training", "validation")]

    in_memory = lines(None)
    assert all(in_memory[:4])
    for few, written in ((1, 16), (3000, 16), (3000, 1 << 18), (1 << 22, 16)):
        monkeypatch.setattr("finetune.files.gathered.FEW", few)
        monkeypatch.setattr("finetune.files.gathered.WRITTEN", written)
        assert lines(tmp_path) == in_memory
        assert list(tmp_path.iterdir()) == [], "their files are taken away"
