"""Two generations, made for real in a temporary clone, and what DVC and Git say of their difference."""

import json
from pathlib import Path

import pytest

from tests.conftest import CORRECTIONS, SEEDS, SKILL, TESTING, TRAINING, Project, copy_project

SPANISH_CORRECTIONS = SKILL / "corrections/spa_for_eng.jsonl"
COURSE = SKILL / "courses/spa_for_eng.jsonl"


def add_a_correction(project: Project) -> None:
    """A reviewer prefers "Me gusta la casa" to be taught in one piece in S0029."""
    seeds = [json.loads(line) for line in project.read(COURSE).splitlines()]
    seed = next(seed for seed in seeds if seed["seed_id"] == "S0029")
    before = {"lego_pairs": seed["lego_pairs"], "feeder_pairs": seed["feeder_pairs"]}
    first = {
        "lego_id": "S0029L01",
        "lego_type": "COMPOSITE",
        "target_chunk": "Me gusta la casa",
        "known_chunk": "I like the house",
        "componentization": "I like the house = Me gusta la casa, where Me gusta = I like, la casa = the house",
    }
    third = {**seed["lego_pairs"][2], "lego_id": "S0029L02"}
    feeders = [
        {"feeder_id": "S0029F01", "target_chunk": "Me gusta", "known_chunk": "I like", "parent_lego_id": "S0029L01"},
        {"feeder_id": "S0029F02", "target_chunk": "la casa", "known_chunk": "the house", "parent_lego_id": "S0029L01"},
        {"feeder_id": "S0029F03", "target_chunk": "viven", "known_chunk": "they live", "parent_lego_id": "S0029L02"},
    ]
    correction = {
        "id": "test-001",
        "course": "spa_for_eng",
        "seed_id": "S0029",
        "error_type": "PEDAGOGICAL_ISSUE",
        "before": before,
        "after": {"lego_pairs": [first, third], "feeder_pairs": feeders},
        "reason": "Teach the whole clause first.",
        "reviewer": "lucia",
        "corrected_at": "2026-10-20T09:00:00Z",
        "generation": 1,
    }
    with project.path(SPANISH_CORRECTIONS).open("a", encoding="utf-8") as file:
        file.write(json.dumps(correction, ensure_ascii=False) + "\n")


@pytest.fixture(scope="module")
def generation_two(generation_one: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    root = tmp_path_factory.mktemp("two") / "project"
    generation_one.run("cp", "-r", str(generation_one.root), str(root))
    project = Project(root)
    add_a_correction(project)
    project.replace("params.yaml", "generation: 1 ", "generation: 2 ")
    project.replace("params.yaml", "baseline: 0 ", "baseline: 1 ")
    project.made = project.python("-m", "finetune", "make")  # type: ignore[attr-defined]
    project.commit("Generation 2", tag="gen-2")
    return project


def test_a_tagged_generation_gets_no_other_job(made: Project) -> None:
    made.python("-m", "finetune", "retract", "spa-002", "--reason", "it was right", "--by", "otto")
    assert "note: generation 1 is tagged" in made.python("-m", "finetune", "plan")
    told = made.python("-m", "finetune", "make", code=2)
    assert "generation 1 is tagged gen-1, and its data or params are others now: that is another job" in told
    assert "write `generation: 2` and `baseline: 1`, or take the tag away: git tag -d gen-1" in told


def test_the_second_generation_has_a_job_and_a_model_of_its_own(generation_two: Project) -> None:
    jobs = [json.loads(path.read_text()) for path in generation_two.path("jobs").glob("*.json")]
    assert len({job["job_id"] for job in jobs}) == len(jobs) == 2
    ids = [generation_two.read(TESTING / f"generation-{n}-model-id.txt") for n in (0, 1, 2)]
    assert len(set(ids)) == 3


def test_the_second_generation_is_compared_with_the_first(generation_two: Project) -> None:
    comparison = json.loads(generation_two.read(TESTING / "generation-comparison.json"))
    assert (comparison["baseline"]["generation"], comparison["candidate"]["generation"]) == (1, 2)
    assert comparison["groups"]["seen"]["seeds"] == 88
    told: str = generation_two.made  # type: ignore[attr-defined]
    assert f"{2 * SEEDS} answers ({2 * SEEDS} kept from before)" in told, "the first generation is not asked again"


def test_dvc_params_diff_tells_what_was_changed(generation_two: Project) -> None:
    told = generation_two.run("dvc", "params", "diff", "gen-1", "gen-2")
    rows = [line.split() for line in told.splitlines() if line.startswith("params.yaml")]
    assert ["params.yaml", "generation", "1", "2"] in rows
    assert ["params.yaml", "baseline", "0", "1"] in rows
    assert len(rows) == 2


def test_dvc_metrics_tell_how_good_each_generation_is(generation_two: Project) -> None:
    shown = json.loads(generation_two.run("dvc", "metrics", "show", "--json"))
    figures = shown[""]["data"][str(TESTING / "metrics.json")]["data"]
    unseen = json.loads(generation_two.read(TESTING / "generation-comparison.json"))["groups"]["unseen"]
    assert 0 < figures["unseen"]["f1"] == unseen["f1"]["candidate"] <= 1
    numbers = shown[""]["data"][str(TRAINING / "dataset.json")]["data"]
    assert numbers["corrections"] + sum(numbers["left_out_corrections"].values()) == CORRECTIONS + 1
    assert numbers["corrections"] > numbers["left_out_corrections"]["of a seed that is left out"] > 0
    changed = json.loads(generation_two.run("dvc", "metrics", "diff", "gen-1", "gen-2", "--json"))
    assert changed[str(TRAINING / "dataset.json")]["corrections"]["diff"] == 1


def test_dvc_plots_show_the_training_curve_of_both_sides(generation_two: Project) -> None:
    plots = json.loads(generation_two.run("dvc", "plots", "show", "--json"))["data"]
    points = plots["training curve"][0]["content"]["data"]["values"]
    assert {point["field"] for point in points} == {"loss", "validation_loss"}


def test_dvc_diff_tells_which_data_changed(generation_two: Project) -> None:
    told = generation_two.run("dvc", "diff", "gen-1", "gen-2")
    assert str(TRAINING / "training.jsonl") in told
    assert "models/generation-2" in told


def test_going_back_to_the_first_generation_submits_nothing(generation_two: Project, tmp_path: Path) -> None:
    generation_two.run("cp", "-r", str(generation_two.root), str(tmp_path / "back"))
    back = Project(tmp_path / "back")
    back.run("git", "checkout", "--quiet", "gen-1")
    back.run("dvc", "checkout")
    assert "nothing to do: generation 1 is up to date" in back.python("-m", "finetune", "make")
    assert len(list(back.path("jobs").glob("*.json"))) == 1


@pytest.mark.slow
def test_a_clone_without_the_cache_rebuilds_the_generation_and_submits_nothing(
    generation_one: Project, tmp_path: Path
) -> None:
    generation_one.run("git", "clone", "--quiet", str(generation_one.root), str(tmp_path / "clone"))
    clone = Project(tmp_path / "clone")
    told = clone.python("-m", "finetune", "make")
    assert "submitted just now" not in told
    assert len(list(clone.path("jobs").glob("*.json"))) == 1
    assert clone.run("git", "status", "--porcelain") == ""
    assert "nothing to do" in clone.python("-m", "finetune", "make")


def test_a_merge_of_two_generations_conflicts_instead_of_claiming_a_model_that_nobody_made(
    generation_two: Project, tmp_path: Path
) -> None:
    generation_two.run("cp", "-r", str(generation_two.root), str(tmp_path / "merged"))
    merged = Project(tmp_path / "merged")
    merged.run("git", "checkout", "--quiet", "-b", "other", "gen-1")
    merged.run("dvc", "checkout")
    merged.replace("params.yaml", "    epochs: 8", "    epochs: 2")
    merged.stage("submit")
    merged.commit("another job for generation 1")
    told = merged.run("git", "merge", "gen-2", code=1)
    assert "CONFLICT (content): Merge conflict in dvc.lock" in told


def test_the_repository_ships_with_no_generation_made(tmp_path: Path) -> None:
    fresh = copy_project(tmp_path / "fresh")
    assert not fresh.path("dvc.lock").exists()
    assert not list(fresh.path("jobs").glob("*.json"))
    assert sorted(path.name for path in fresh.path(TESTING).glob("*")) == [
        ".gitignore",
        "generation-0-history.json",
        "generation-0-model-id.txt",
    ]


def test_the_history_goes_on_from_generation_to_generation(generation_two: Project) -> None:
    history = json.loads(generation_two.read(TESTING / "generation-2-history.json"))
    assert [entry["generation"] for entry in history] == [0, 1, 2]
    assert history[:2] == json.loads(generation_two.read(TESTING / "generation-1-history.json"))
    assert history[1]["params"] == history[2]["params"]
    assert history[2]["dataset"]["corrections"] == history[1]["dataset"]["corrections"] + 1
    assert history[1]["training_sha256"] != history[2]["training_sha256"]


@pytest.mark.slow
def test_any_two_revisions_can_be_compared_and_nothing_is_written(generation_two: Project) -> None:
    found = json.loads(generation_two.python("-m", "finetune", "compare", "gen-1", "gen-2", "--json"))
    made = json.loads(generation_two.read(TESTING / "generation-comparison.json"))
    assert found == made, "what `make finetune` compared"
    told = generation_two.python("-m", "finetune", "compare", "gen-2", "gen-1")
    assert "generation 2 (local-extractor:ssi-lego-v1:" in told and "→ 1 (local-extractor:ssi-lego-v1:" in told
    assert generation_two.run("git", "status", "--porcelain") == ""


def test_a_revision_compared_with_itself_shows_no_difference(generation_two: Project) -> None:
    found = json.loads(generation_two.python("-m", "finetune", "compare", "gen-2", "HEAD", "--json"))
    assert found["verdict"]["outcome"] == "UNTESTABLE"
    assert all(effect["change"] == 0 for effect in found["groups"]["unseen"]["effects"].values())


def test_revisions_that_were_asked_differently_are_said_to_be(generation_two: Project, tmp_path: Path) -> None:
    generation_two.run("cp", "-r", str(generation_two.root), str(tmp_path / "asked"))
    asked = Project(tmp_path / "asked")
    asked.replace("params.yaml", "claims: own", "claims: corrected")
    asked.path(SKILL / "prompt.md").write_text("Split this.\n", encoding="utf-8")
    asked.commit("asked differently", tag="asked")
    caveats = json.loads(asked.python("-m", "finetune", "compare", "gen-2", "asked", "--json"))["verdict"]["caveats"]
    said = "which may be what makes the difference"
    assert f"the two were asked differently: predict.claims changed (own → corrected), {said}" in caveats
    assert f"the two were asked differently: the prompt changed, {said}" in caveats
    asked.path(SKILL / "corrections/spa_for_eng.jsonl").write_text("{\n", encoding="utf-8")
    asked.commit("broken", tag="broken")
    told = asked.python("-m", "finetune", "compare", "gen-2", "broken", code=2)
    assert f"error: broken:{SKILL}/corrections/spa_for_eng.jsonl:1: not a line of JSON" in told


@pytest.mark.slow
def test_revisions_of_different_courses_are_compared_on_what_both_answered_and_the_rest_is_counted(
    generation_two: Project, tmp_path: Path
) -> None:
    generation_two.run("cp", "-r", str(generation_two.root), str(tmp_path / "fewer"))
    fewer = Project(tmp_path / "fewer")
    fewer.path(SKILL / "courses/por_for_eng.jsonl").unlink()
    fewer.path(SKILL / "corrections/por_for_eng.jsonl").unlink()
    kept_out = "  never_trained: # courses kept out of both files\n    - por_for_eng"
    fewer.replace("params.yaml", kept_out, "  never_trained: []")
    fewer.python("-m", "finetune", "make")
    fewer.commit("without Portuguese", tag="fewer")
    found = json.loads(fewer.python("-m", "finetune", "compare", "gen-1", "fewer", "--json"))
    assert set(found["groups"]) == {"seen", "unseen"}
    assert "16 seeds that only one of the two answered are left out" in found["verdict"]["caveats"]


@pytest.mark.parametrize(
    ("a", "b", "said"),
    [
        ("gen-9", "gen-2", "error: gen-9: no such Git revision; name a commit, a branch or a tag (generations: gen-1,"),
        (
            "gen-1~1",
            "gen-2",
            "error: gen-1~1: generation 1 is not made there; run `make finetune` there, and commit it",
        ),
    ],
)
def test_a_revision_without_a_generation_is_refused(generation_two: Project, a: str, b: str, said: str) -> None:
    assert said in generation_two.python("-m", "finetune", "compare", a, b, code=2)


def test_answers_that_dvc_does_not_have_are_named_with_the_way_to_get_them(
    generation_two: Project, tmp_path: Path
) -> None:
    generation_two.run("git", "clone", "--quiet", str(generation_two.root), str(tmp_path / "clone"))
    told = Project(tmp_path / "clone").python("-m", "finetune", "compare", "gen-1", "gen-2", code=1)
    assert "generation-1-predictions.jsonl: DVC does not have it (" in told
    assert "`dvc fetch --all-tags` brings it" in told
