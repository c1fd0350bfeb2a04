"""People who disagree on a seed: the latest, the majority or nobody holds, and a reversal is a finding."""

import json
from collections.abc import Sequence

import pytest

from finetune.dataset.corrected import decide
from finetune.errors import FinetuneError
from finetune.records.correcting import Corrected
from finetune.records.course import Breakdown, Correction
from finetune.records.located import Located
from finetune.records.params import Conflicts
from tests.answers import breakdown, seed
from tests.conftest import SKILL, TRAINING, Project

SEED = seed(1, ("quiero", "I want"), ("comer", "to eat"))
AS_IT_WAS = SEED.breakdown
TWICE = ("comer", "to eat")
ONE, TWO, THREE = (
    breakdown("S0001", ("quiero comer", "I want to eat"), *more) for more in ((), (("a", "b"),), (("c", "d"),))
)
PLACE = ("spa_for_eng", "S0001")


def said(*steps: tuple[str, Breakdown, Breakdown]) -> list[Located[Correction]]:
    """Corrections (reviewer, before, after), one an hour, called c1, c2…"""
    return [
        Located(
            f"x.jsonl:{i}",
            Correction(
                f"c{i}", *PLACE, "WRONG_CHUNKING", before, after, "why", who, f"2026-10-05T{i + 8:02}:00:00Z", 0
            ),
        )
        for i, (who, before, after) in enumerate(steps, 1)
    ]


def decided(
    lines: Sequence[Located[Correction]], conflicts: Conflicts = "latest", retracted: Sequence[str] = ()
) -> Corrected:
    return decide({"spa_for_eng": [SEED]}, lines, conflicts, retracted)


def stands(found: Corrected) -> Breakdown:
    return found.courses["spa_for_eng"][0].breakdown


def ids(ones: Sequence[Correction]) -> list[str]:
    return [one.id for one in ones]


@pytest.mark.parametrize("conflicts", ["latest", "majority", "exclude"])
def test_a_correction_of_what_another_left_follows_it_and_is_no_conflict(conflicts: Conflicts) -> None:
    found = decided(said(("ana", AS_IT_WAS, ONE), ("ben", ONE, TWO)), conflicts)
    assert stands(found) == TWO
    assert ids(found.chains[PLACE]) == ["c1", "c2"]
    assert (found.overruled, found.disputed) == ([], {})


def test_of_two_that_disagree_the_latest_holds() -> None:
    found = decided(said(("ana", AS_IT_WAS, ONE), ("ben", AS_IT_WAS, TWO)))
    assert stands(found) == TWO
    assert (ids(found.chains[PLACE]), ids(found.overruled)) == (["c2"], ["c1"])


def test_what_most_reviewers_say_holds_and_the_latest_where_it_is_even() -> None:
    lines = said(("ana", AS_IT_WAS, ONE), ("ben", AS_IT_WAS, ONE), ("eva", AS_IT_WAS, TWO))
    found = decided(lines, "majority")
    assert stands(found) == ONE
    assert (ids(found.chains[PLACE]), ids(found.overruled)) == (["c1", "c2"], ["c3"])
    assert stands(decided(lines[1:], "majority")) == TWO
    repeated = said(("ana", AS_IT_WAS, ONE), ("eva", AS_IT_WAS, TWO), ("ana", AS_IT_WAS, ONE), ("ben", AS_IT_WAS, TWO))
    assert stands(decided(repeated, "majority")) == TWO, "one who says it twice is one reviewer"


def test_whoever_agrees_is_counted_and_whatever_does_not_lead_to_what_stands_is_overruled() -> None:
    agreed = decided(said(("ana", AS_IT_WAS, ONE), ("ben", AS_IT_WAS, ONE), ("eva", ONE, TWO)))
    assert (ids(agreed.chains[PLACE]), agreed.overruled) == (["c1", "c2", "c3"], [])
    lines = said(("ana", AS_IT_WAS, ONE), ("ben", ONE, TWO), ("eva", AS_IT_WAS, THREE))
    latest = decided(lines)
    assert (ids(latest.chains[PLACE]), ids(latest.overruled)) == (["c3"], ["c1", "c2"])
    assert ids(decided(lines, "exclude").disputed[PLACE]) == ["c1", "c2", "c3"]


def test_the_votes_for_what_was_corrected_further_count_for_what_it_became() -> None:
    three = [(who, AS_IT_WAS, ONE) for who in ("ana", "ben", "eva")]
    lines = said(*three, ("otto", ONE, TWO), ("ida", AS_IT_WAS, THREE), ("jan", AS_IT_WAS, THREE))
    assert stands(decided(lines, "majority")) == TWO
    taken_back = said(("ana", AS_IT_WAS, ONE), ("ben", ONE, AS_IT_WAS), ("eva", AS_IT_WAS, TWO))
    assert stands(decided(taken_back, "majority")) == TWO, "ana does not vote for what she corrected"


def test_where_people_disagree_the_seed_can_be_kept_out() -> None:
    found = decided(said(("ana", AS_IT_WAS, ONE), ("ben", AS_IT_WAS, TWO)), "exclude")
    assert ids(found.disputed[PLACE]) == ["c1", "c2"]
    assert found.overruled == []
    agreed = said(("ana", AS_IT_WAS, ONE), ("ben", AS_IT_WAS, TWO), ("eva", ONE, TWO))
    assert decided(agreed, "exclude").disputed == {}, "a third who brings one to the other ends it"


def test_a_correction_that_takes_an_earlier_one_back_is_a_reversal() -> None:
    found = decided(said(("ana", AS_IT_WAS, ONE), ("ben", ONE, AS_IT_WAS)))
    assert stands(found) == AS_IT_WAS
    (reversal,) = found.reversals
    told = "x.jsonl:2: reversal: c2 takes back c1 in spa_for_eng S0001 (ben against ana)"
    assert str(reversal) == f"{told}; agree on one, and retract the other"


def test_a_retracted_correction_counts_for_nothing_and_what_was_built_on_it_stays() -> None:
    lines = said(("ana", AS_IT_WAS, ONE), ("ben", ONE, TWO))
    assert stands(decided(lines, retracted=["c2"])) == ONE
    assert stands(decided(lines, retracted=["c1"])) == TWO
    assert ids(decided(lines, retracted=["c1"]).chains[PLACE]) == ["c1", "c2"], "its words are taught on"
    back = said(("ana", AS_IT_WAS, ONE), ("ben", ONE, AS_IT_WAS))
    assert ids(decided(back, retracted=["c1"]).chains[PLACE]) == ["c2"], "nothing of it is left"
    assert decided(back, retracted=["c1"]).reversals == []
    assert stands(decided(lines, retracted=["c1", "c2"])) == AS_IT_WAS


def test_a_reversal_over_several_people_is_one_finding_that_names_what_it_takes_back() -> None:
    found = decided(said(("ana", AS_IT_WAS, ONE), ("ben", ONE, TWO), ("ida", AS_IT_WAS, ONE), ("eva", TWO, AS_IT_WAS)))
    assert [one.said for one in found.reversals] == ["c4 takes back c1, c2 in spa_for_eng S0001 (eva against ana, ben)"]
    further = said(("ana", AS_IT_WAS, ONE), ("ben", ONE, TWO), ("eva", TWO, THREE), ("ida", THREE, ONE))
    assert [one.said for one in decided(further).reversals] == [
        "c4 takes back c2, c3 in spa_for_eng S0001 (ida against ben, eva)"
    ]
    assert ids(decided(further, retracted=["c2"]).reversals[0].earlier) == ["c3"]


def test_only_the_last_word_of_a_reviewer_is_a_vote() -> None:
    lines = said(("ana", AS_IT_WAS, ONE), ("ana", AS_IT_WAS, TWO), ("ben", AS_IT_WAS, TWO), ("cid", AS_IT_WAS, ONE))
    found = decided(lines, "majority")
    assert stands(found) == TWO
    assert (ids(found.chains[PLACE]), ids(found.overruled)) == (["c2", "c3"], ["c1", "c4"])


@pytest.mark.parametrize(
    "others",
    [[("ben", AS_IT_WAS, ONE)], [("ben", AS_IT_WAS, TWO), ("eva", TWO, ONE)]],
    ids=["the same", "by another way"],
)
def test_who_comes_to_the_same_without_a_retracted_correction_does_not_carry_it_on(
    others: list[tuple[str, Breakdown, Breakdown]],
) -> None:
    found = decided(said(("ana", AS_IT_WAS, ONE), *others), retracted=["c1"])
    assert stands(found) == ONE
    assert "c1" not in ids(found.chains[PLACE])


def test_what_was_built_on_a_retracted_correction_still_follows_what_that_one_corrected() -> None:
    lines = said(("ana", AS_IT_WAS, ONE), ("ben", ONE, TWO), ("eva", TWO, THREE))
    for conflicts in ("latest", "majority", "exclude"):
        found = decided(lines, conflicts, retracted=["c2"])
        assert (stands(found), found.disputed) == (THREE, {})
        assert ids(found.chains[PLACE]) == ["c1", "c2", "c3"]
    back = said(("ana", AS_IT_WAS, ONE), ("ben", ONE, TWO), ("eva", TWO, AS_IT_WAS))
    assert ids(decided(back, retracted=["c1", "c2"]).chains[PLACE]) == ["c3"], "nothing of the two is left"


def test_where_people_disagree_nothing_is_carried_on() -> None:
    lines = said(("ana", AS_IT_WAS, ONE), ("ben", AS_IT_WAS, TWO), ("eva", TWO, THREE))
    found = decided(lines, "exclude", retracted=["c2"])
    assert (found.chains, ids(found.disputed[PLACE])) == ({}, ["c1", "c3"])


def test_a_correction_of_what_the_seed_never_said_is_refused() -> None:
    with pytest.raises(
        FinetuneError, match=r"x\.jsonl:1: 'before' is not a breakdown that spa_for_eng S0001 had by then"
    ):
        decided(said(("ana", THREE, ONE)))


def test_a_disputed_seed_is_in_neither_file_and_every_correction_is_accounted_for(project: Project) -> None:
    path = project.path(SKILL / "corrections/spa_for_eng.jsonl")
    first = json.loads(path.read_text("utf-8").splitlines()[0])
    other = {**first, "id": "spa-901", "reviewer": "otto", "corrected_at": "2026-11-05T10:24:00Z"}
    legos = first["before"]["lego_pairs"]
    other["after"] = {"lego_pairs": [*legos[:2], {**legos[3], "lego_id": legos[2]["lego_id"]}], "feeder_pairs": []}
    path.write_text(path.read_text("utf-8") + json.dumps(other) + "\n", encoding="utf-8")
    told = project.stage("prepare")
    assert "unused: spa-001: overruled by another correction of the seed (prepare.conflicts)" in told
    project.replace("params.yaml", "conflicts: latest", "conflicts: exclude")
    told = project.stage("prepare")
    assert (
        "left out: spa_for_eng S0006: its corrections disagree (spa-001, spa-901; prepare.conflicts is exclude)" in told
    )
    found = json.loads(project.read(TRAINING / "dataset.json"))
    assert found["seeds"] == found["training"] + found["validation"] + found["left_out"]
    assert found["raw_corrections"] == found["corrections"] + sum(found["left_out_corrections"].values()) == 58
    assert '"seed_id": "S0006"' not in [
        line for line in project.read(TRAINING / "training.jsonl").splitlines() if "spa_for_eng" in line
    ]
