"""Scoring courses: the formulas, the formats, and the command."""

import json
import re
import time
from pathlib import Path

import msgspec
import pytest

from benchmarks.score import long_course, original, plain
from finetune.errors import FinetuneError
from finetune.files.reading import known_formats, read_any
from finetune.lego.check import check, rule_modules
from finetune.lego.quality import (
    INSTEAD_OF_A_LEGO,
    Clean,
    by_severity,
    by_type,
    clean_by_seed,
    clean_legos,
    points_lost,
    quality,
    scaled_quality,
    structure_by_type,
)
from finetune.records.course import Answered, Courses, Feeder, Lego, Seed
from finetune.records.finding import CourseFinding, Severity
from finetune.statistics.score import course_result, overall_metrics
from tests.conftest import SKILL, Project
from tests.imports import ROOT

HERE = Project(ROOT)
Value = dict[str, object]


def lego(lego_id: str, lego_type: str, target: str, known: str, **more: str) -> Value:
    return {"lego_id": lego_id, "lego_type": lego_type, "target_chunk": target, "known_chunk": known, **more}


def feeder(feeder_id: str, target: str, known: str, parent: str) -> Value:
    return {"feeder_id": feeder_id, "target_chunk": target, "known_chunk": known, "parent_lego_id": parent}


def seed(seed_id: str, legos: list[Value], feeders: list[Value] | None = None) -> Value:
    made: Value = {"seed_id": seed_id, "original_target": "Uno dos.", "original_known": "One two.", "lego_pairs": legos}
    return made if feeders is None else {**made, "feeder_pairs": feeders}


def breakdowns(folder: Path, *seeds: Value, code: str = "spa_for_eng") -> Path:
    """A course in the original's format."""
    about = {"lang_pair": code, "target_language": "Spanish", "known_language": "English", "phase": 3}
    folder.mkdir(exist_ok=True)
    text = json.dumps({"course_metadata": about, "lego_breakdowns": seeds}, ensure_ascii=False)
    (folder / "LEGO_BREAKDOWNS_COMPLETE.json").write_text(text, encoding="utf-8")
    return folder


def pairs(folder: Path, *seeds: Value) -> Path:
    """A course as `lego_pairs.json`."""
    folder.mkdir(exist_ok=True)
    document = {"course": "fra_for_eng", "target": "fra", "known": "eng", "version": "7.0", "seeds": seeds}
    (folder / "lego_pairs.json").write_text(json.dumps(document), encoding="utf-8")
    return folder


def entry(lego_id: str, kind: str, target: str, known: str, **more: object) -> Value:
    return {"id": lego_id, "type": kind, "new": True, "lego": {"known": known, "target": target}, **more}


def v8(seed_id: str, *legos: Value) -> Value:
    return {"seed_id": seed_id, "seed_pair": {"known": "One two.", "target": "Un deux."}, "legos": legos}


FAULTY = [
    seed(
        "S0001",
        [
            lego("S0001L01", "BASE", " El ", "The one"),
            lego("S0001L02", "BASE", "uno", " With "),
            lego("S0001L03", "BASE", "su", "their"),
            lego("S0001L04", "BASE", "uno", "one", componentization="one = uno"),
            lego("S0001L05", "COMPOSITE", "dos", "two"),
            lego("S0001L06", "FEEDER", "tres", "three"),
        ],
        [feeder("S0001F01", "dOS", "One ", "S0001L05")],
    ),
    seed("S0002", [lego("S0002L01", "BASE", "", ""), lego("S0002L02", "BASE", "DOS", "two ")]),
    seed("S0003", [lego("S0003L01", "BASE", "a", "ONE")]),
]
"""An article; a preposition; a possessive; BASE with a componentization, COMPOSITE without, FEEDER; a feeder that
breaks the claim of "one"; both chunks empty; the same target again; and "a", article and preposition, which breaks it
too."""


def finding(severity: Severity, rule: str = "R", seed_id: str = "S0001", lego_id: str = "") -> CourseFinding:
    return CourseFinding(rule, severity, "c", seed_id, "m", lego_id=lego_id)


def test_the_originals_score_of_a_faulty_course_is_exact(tmp_path: Path) -> None:
    found = json.loads(HERE.python("-m", "finetune", "score", str(breakdowns(tmp_path, *FAULTY)), "--json"))
    course = found["by_course"]["spa_for_eng"]
    assert course["by_type"] == {
        "CLASSIFICATION_ERROR": 3,
        "FCFS_VIOLATION": 2,
        "FD_VIOLATION_ARTICLE": 2,
        "FD_VIOLATION_EMPTY": 2,
        "FD_VIOLATION_GENDER": 1,
        "FD_VIOLATION_PREPOSITION": 2,
    }
    assert course["issues"] == {"critical": 8, "high": 2, "medium": 1, "low": 1}
    assert course["quality"] == 100 - 8 * 5 - 2 * 2 - 0.5
    assert course["scaled_quality"] == 0.0
    assert course["violations_per_100_legos"] == pytest.approx(100 * 12 / 9)
    assert [(v["seed_id"], v["first"], v["violating"], v["samples"]) for v in course["fcfs_violations"]] == [
        (
            "S0001",
            {"known_chunk": "one", "target_chunk": "uno", "seed_id": "S0001"},
            {"known_chunk": "One ", "target_chunk": "dOS", "seed_id": "S0001"},
            [1],
        ),
        (
            "S0003",
            {"known_chunk": "one", "target_chunk": "uno", "seed_id": "S0001"},
            {"known_chunk": "ONE", "target_chunk": "a", "seed_id": "S0003"},
            [1],
        ),
    ]
    assert (found["overall_metrics"]["total_issues"], found["overall_metrics"]["fcfs_violations"]) == (12, 2)
    assert "generation" not in found and "model" not in found


def test_the_json_has_whole_numbers_as_such_and_the_means_over_courses(tmp_path: Path) -> None:
    good = lego("S0001L01", "BASE", "uno dos", "one two")
    paths = [
        breakdowns(tmp_path / "a", seed("S0001", [good])),
        breakdowns(tmp_path / "b", *FAULTY, code="ita_for_eng"),
    ]
    told = HERE.python("-m", "finetune", "score", *map(str, paths), "--json")
    found = json.loads(told)
    assert list(found["by_course"]) == ["ita_for_eng", "spa_for_eng"]
    figures = found["overall_metrics"]
    assert figures["quality"] == (55.5 + 100) / 2
    assert figures["scaled_quality"] == 50.0
    assert figures["violations_per_100_legos"] == 120.0
    assert [figures[name] for name in ("legos", "seeds", "unparsed", "failed")] == [10, 4, 0, 0]
    assert '"legos":10,' in told and '"total_issues":12,' in told
    rates = [course["clean_lego_rate"] for course in found["by_course"].values()]
    assert rates[1] == 1.0 and rates[0] < figures["clean_lego_rate"] < 1.0


def test_the_table_has_a_row_per_course_and_the_findings_by_rule(tmp_path: Path) -> None:
    path = str(breakdowns(tmp_path, *FAULTY))
    told = HERE.python("-m", "finetune", "score", path)
    (row,) = [line for line in told.splitlines() if line.startswith("spa_for_eng")]
    assert row.split()[1:3] == ["55.5", "0.0"]
    assert "8 crit." in told and "1 med." in told
    assert "FD_VIOLATION_PREPOSITION" in told and "--findings prints each of them" in told
    assert "S0003L01" not in told
    told = HERE.python("-m", "finetune", "score", path, "--findings")
    assert "spa_for_eng S0003: critical: FD_VIOLATION_ARTICLE: S0003L01 is the article 'a' alone; keep it" in told


def test_our_courses_are_read_from_a_file_and_from_a_folder() -> None:
    (one,) = read_any(ROOT / SKILL / "courses/spa_for_eng.jsonl")
    assert one == "spa_for_eng"
    told = HERE.python("-m", "finetune", "score", str(SKILL / "courses"))
    assert all(f"\n{code}_for_eng " in told for code in ("cmn", "fra", "ita", "por", "spa"))
    assert "\nall " in told


def test_the_originals_format_is_read_with_feeders_that_have_no_id(tmp_path: Path) -> None:
    nameless = {key: value for key, value in feeder("", "dos", "two", "S0001L01").items() if key != "feeder_id"}
    one = lego("S0001L01", "COMPOSITE", "uno dos", "one two", componentization="one two = uno dos, where dos = two")
    folder = breakdowns(tmp_path, seed("S0001", [{**one, "fd_validated": True}], [nameless]))
    assert read_any(folder) == {
        "spa_for_eng": [
            Seed(
                *("spa_for_eng", "S0001", "Spanish", "English", "Uno dos.", "One two."),
                (Lego("S0001L01", "COMPOSITE", "uno dos", "one two", "one two = uno dos, where dos = two"),),
                (Feeder("S0001F01", "dos", "two", "S0001L01"),),
            )
        ]
    }
    assert read_any(folder / "LEGO_BREAKDOWNS_COMPLETE.json") == read_any(folder)


def test_lego_pairs_are_read_with_their_components_as_feeders_and_without_what_is_used_again(tmp_path: Path) -> None:
    folder = pairs(
        tmp_path,
        v8(
            "S0001",
            entry("S0001L01", "A", "un", "one"),
            entry(
                "S0001L02", "M", "un deux", "one two", components=[{"known": "one", "target": "un"}, ["two", "deux"]]
            ),
            entry("S0001L03", "M", "deux", "two", components_invalid=True, components_raw=["deux"]),
        ),
        v8("S0002", {**entry("S0001L01", "A", "un", "one"), "new": False}, entry("S0002L01", "F", "", "two")),
    )
    (first, second) = read_any(folder)["fra_for_eng"]
    assert (first.target_language, first.known_language) == ("fra", "eng")
    assert first.lego_pairs == (
        Lego("S0001L01", "BASE", "un", "one"),
        Lego("S0001L02", "COMPOSITE", "un deux", "one two", "one two = un deux, where un = one, deux = two"),
        Lego("S0001L03", "COMPOSITE", "deux", "two"),
    )
    assert first.feeder_pairs == (
        Feeder("S0001F01", "un", "one", "S0001L02"),
        Feeder("S0001F02", "deux", "two", "S0001L02"),
    )
    assert second.lego_pairs == (Lego("S0002L01", "FEEDER", "", "two"),)


GOOD = seed("S0001", [lego("S0001L01", "BASE", "uno dos", "one two")])
WITHOUT_KNOWN = {key: value for key, value in lego("S0001L02", "BASE", "uno", "").items() if key != "known_chunk"}


@pytest.mark.parametrize(
    ("seeds", "told"),
    [
        ([GOOD, seed("S0002", [WITHOUT_KNOWN])], ": S0002: S0001L02: Object missing required field `known_chunk`"),
        ([seed("S0001", [lego("L", "NOUN", "a", "b")])], ": S0001: L: lego_type: Invalid enum value 'NOUN'"),
        ([{**GOOD, "lego_pairs": 3}], ": S0001: lego_pairs: Expected `array`, got `int`"),
        ([seed("S0001", [{"lego_type": "BASE"}])], ": S0001: lego_pairs[0]: Object missing required field `lego_id`"),
        ([GOOD, {"seed_id": "S0002"}], ": S0002: Object missing required field `original_target`"),
        ([GOOD, {}], ": lego_breakdowns[1]: Object missing required field `seed_id`"),
        ([seed("S0001", [], [{"feeder_id": "F9"}])], ": S0001: F9: Object missing required field `target_chunk`"),
        ([GOOD, GOOD], "spa_for_eng: the seed S0001 stands there 2 times; keep one of them"),
        ([], "spa_for_eng: a course without a seed"),
    ],
)
def test_what_is_wrong_in_a_document_is_told_with_its_seed_and_lego(
    tmp_path: Path, seeds: list[Value], told: str
) -> None:
    with pytest.raises(FinetuneError, match=re.escape(told)):
        read_any(breakdowns(tmp_path, *seeds))


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b'{"course_metadata":\n {]}', "COMPLETE.json:2: not JSON"),
        (b"[" * 100_000, "COMPLETE.json:1: not JSON"),
        (b'{"course_metadata": "\xff"}', "COMPLETE.json:1: not JSON"),
        (b'{"course_metadata": "\\ud800"}', "COMPLETE.json:1: not JSON"),
        (b"", "COMPLETE.json:1: not JSON"),
        (b"[]", "COMPLETE.json: Expected `object`, got `array`"),
        (b"{}", "COMPLETE.json: Object missing required field `course_metadata`"),
    ],
)
def test_a_broken_document_is_unusable(tmp_path: Path, content: bytes, told: str) -> None:
    (tmp_path / "LEGO_BREAKDOWNS_COMPLETE.json").write_bytes(content)
    assert told in HERE.python("-m", "finetune", "score", str(tmp_path), code=2)


def test_a_path_that_cannot_be_scored_is_unusable(tmp_path: Path) -> None:
    told = HERE.python("-m", "finetune", "score", str(tmp_path), code=2)
    assert f"{tmp_path}: no course in a format that is known; known: A `LEGO_BREAKDOWNS_COMPLETE.json`" in told
    assert "lego_pairs.json" in told and ".jsonl" in told
    assert "nothing: no such file or folder" in HERE.python("-m", "finetune", "score", "nothing", code=2)
    assert "PATH" in HERE.python("-m", "finetune", "score", code=2)
    pairs(breakdowns(tmp_path, GOOD))
    assert "courses in 2 formats" in HERE.python("-m", "finetune", "score", str(tmp_path), code=2)
    (tmp_path / "spa_for_eng.jsonl").write_text('{"course": "spa_for_eng"}\n')
    told = HERE.python("-m", "finetune", "score", str(tmp_path / "spa_for_eng.jsonl"), code=2)
    assert "spa_for_eng.jsonl:1: Object missing required field" in told


def test_one_course_from_two_paths_is_refused(tmp_path: Path) -> None:
    paths = [str(breakdowns(tmp_path / name, GOOD)) for name in "ab"]
    told = HERE.python("-m", "finetune", "score", *paths, code=2)
    assert f"{paths[1]}: the course spa_for_eng is in {paths[0]} too; score them one by one" in told


def test_every_format_says_what_it_reads_and_reads_no_empty_folder(tmp_path: Path) -> None:
    assert len(known_formats()) == 3
    for module in known_formats().values():
        assert module.__doc__ and not module.reads(tmp_path)


def test_points_and_qualities_follow_their_formulas() -> None:
    found = [finding(severity) for severity in ("critical", "high", "medium", "low", "structure")]
    assert points_lost(found) == 7.5 and quality(found) == 92.5
    assert quality([finding("critical")] * 21) == 0.0
    assert scaled_quality(7.5, 30) == 92.5
    assert scaled_quality(7.5, 15) == 85.0
    assert scaled_quality(1.0, 300) == pytest.approx(99.9)
    assert scaled_quality(1000.0, 30) == 0.0
    assert scaled_quality(0.0, 0) == 0.0, "no seed is no perfect course"
    assert by_severity(found) == {"critical": 1, "high": 1, "medium": 1, "low": 1}


def test_the_originals_counts_and_those_of_the_structure_are_apart() -> None:
    found = [finding("critical", "B"), finding("low", "A"), finding("critical", "B"), finding("structure", "C")]
    assert by_type(found) == {"A": 1, "B": 2}
    assert structure_by_type(found) == {"C": 1}


def course(*legos: int) -> list[Seed]:
    """A seed for each number, with so many LEGOs."""
    return [
        Seed(
            *("c", f"S{number:04}", "A", "B", "a", "b"),
            tuple(Lego(f"S{number:04}L{at:02}", "BASE", "a", "b") for at in range(1, size + 1)),
            (),
        )
        for number, size in enumerate(legos, 1)
    ]


def test_a_lego_is_clean_where_no_finding_names_it_and_gaps_and_unparsed_answers_take_slots() -> None:
    found = [
        finding("critical", lego_id="S0001L01"),
        finding("structure", lego_id="S0001L01"),
        finding("structure", "GAP_IN_TILING"),
        finding("structure", "GAP_IN_TILING"),
        finding("structure", "ANSWER_NOT_PARSED", "S0003"),
    ]
    seeds = course(3, 2, 0, 0)
    counts = [Clean(2, 5), Clean(2, 2), Clean(0, 1), Clean(0, 0)]
    assert clean_by_seed(seeds, found) == dict(zip(("S0001", "S0002", "S0003", "S0004"), counts, strict=True))
    assert clean_legos(seeds, found) == (4, 8)
    assert clean_legos([], []) == (0, 0)
    assert {name.lower() for name in INSTEAD_OF_A_LEGO} <= set(rule_modules())


def test_a_result_counts_unparsed_answers_and_has_no_rate_where_there_is_nothing() -> None:
    unparsed = Answered("c", "S0001", "A", "B", "a", "b", (), (), "not JSON")
    result = course_result([unparsed], check([unparsed]), failed=2)
    assert (result.unparsed, result.failed, result.samples, result.structure) == (1, 2, 1, {"ANSWER_NOT_PARSED": 1})
    assert (result.clean_lego_rate, result.violations_per_100_legos, result.quality) == (0.0, None, 100.0)
    assert course_result(course(0), []).clean_lego_rate is None


def test_the_overall_rates_are_pooled_over_all_legos_and_the_qualities_are_means() -> None:
    found = [finding("critical", "FCFS_VIOLATION", lego_id="S0001L01"), finding("structure", "GAP_IN_TILING")]
    both: Courses = {"a": course(1), "b": course(9)}
    figures = overall_metrics({"a": course_result(both["a"], found), "b": course_result(both["b"], [])})
    assert figures == {
        "quality": 97.5,
        "scaled_quality": 50.0,
        "clean_lego_rate": pytest.approx(9 / 11),
        "violations_per_100_legos": 10.0,
        "total_issues": 1,
        "fcfs_violations": 1,
        "structure_findings": 1,
        "legos": 10,
        "seeds": 2,
        "unparsed": 0,
        "failed": 0,
    }


def test_a_plain_program_counts_what_our_rules_find() -> None:
    seeds = long_course(100)
    faulty = course_result(seeds, check(seeds))
    assert plain(msgspec.to_builtins(seeds)) == original(seeds) == faulty.issues
    assert faulty.issues["critical"] > 100


def test_checking_four_times_as_many_seeds_takes_nowhere_near_the_square_of_that() -> None:
    courses = [long_course(size) for size in (160, 640)]
    taken: list[list[float]] = [[] for _ in courses]
    for _ in range(3):
        for course, times in zip(courses, taken, strict=True):
            begun = time.process_time()
            check(course)
            times.append(time.process_time() - begun)
    assert min(taken[1]) < 9 * min(taken[0])


def test_a_value_that_looks_like_a_place_is_told_and_not_followed(tmp_path: Path) -> None:
    breakdowns(tmp_path / "c", seed("S0001", [lego("S0001L01", "a - at `$.nowhere[7]`", "a", "b")]))
    told = HERE.python("-m", "finetune", "score", str(tmp_path / "c"), code=2)
    assert "S0001: S0001L01: lego_type: Invalid enum value 'a - at `$.nowhere[7]`'" in told


@pytest.mark.parametrize("seed_id", ["S" + "1" * 5000, "S٠٠٠١", "S0001\n"], ids=["digits", "arabic", "line"])
def test_a_seed_id_that_is_not_s_and_some_digits_is_refused_with_its_line(tmp_path: Path, seed_id: str) -> None:
    made = Seed("spa_for_eng", seed_id, "Spanish", "English", "Uno.", "One.", (), ())
    path = tmp_path / "spa_for_eng.jsonl"
    path.write_bytes(msgspec.json.encode(made) + b"\n")
    with pytest.raises(FinetuneError, match="is not S and four digits") as error:
        read_any(path)
    assert error.value.where == f"{path}:1"
