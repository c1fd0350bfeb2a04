"""The large-data benchmark: its data is sound, its defects are there, and its plain program does what ours does."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks import data
from benchmarks.scale.generate import generate
from benchmarks.scale.measured import Measured, measure
from benchmarks.scale.plant import DEFECTS, IN_PLACE, PLACES, plant
from benchmarks.scale.programs import MADE, PROGRAMS, WRITTEN, command
from benchmarks.scale.result import Result, ratios, spread, times, with_round
from finetune.dataset.corrected import correct
from finetune.dataset.rules import rule_modules
from finetune.files.corrections import read_corrections
from finetune.files.courses import read_courses
from finetune.files.profiles import read_profile
from finetune.lego.check import check
from finetune.linting import lint
from finetune.records.profile import Scope
from finetune.reports.program import run
from tests.imports import ROOT, closure

RECORDS = 2000


def make(name: str, folder: Path) -> None:
    (folder / name).mkdir()
    words = command(PROGRAMS[name].make, sys.executable, str(folder / name), MADE)
    done = measure(words, folder, {"PYTHONPATH": str(ROOT)}, 60, (0,))
    assert not done.failed, done.failed


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Three courses, and the lines that ours and the plain program make of them."""
    folder = tmp_path_factory.mktemp("made")
    generate(folder, RECORDS, 0)
    for name in ("ours", "plain"):
        make(name, folder)
    yield folder


def test_the_same_seed_makes_the_same_bytes_and_another_one_others(tmp_path: Path) -> None:
    made = []
    for name, seed in (("a", 7), ("b", 7), ("c", 8)):
        generate(tmp_path / name, 900, seed)
        made.append({path.name: path.read_bytes() for path in sorted((tmp_path / name).rglob("*.jsonl"))})
    assert made[0] == made[1] != made[2]


def test_a_made_course_breaks_no_course_rule_once_it_is_corrected(made: Path) -> None:
    raw, corrections = read_courses(made / "courses"), read_corrections(made / "corrections")
    assert len(raw) == 3 and sum(map(len, raw.values())) == RECORDS
    assert len(corrections) > RECORDS / 100
    assert any(check(seeds) for seeds in raw.values()), "its corrections correct something"
    assert not [str(one) for seeds in correct(raw, corrections).values() for one in check(seeds)]


def test_the_plain_program_makes_our_lines_and_provenance_byte_for_byte(made: Path) -> None:
    for name in WRITTEN:
        assert (made / "plain" / name).read_bytes() == (made / "ours" / name).read_bytes() != b""


def test_the_plain_program_shares_no_code_with_ours() -> None:
    for name in ("plain", "plain_check"):
        used = closure(Path(f"benchmarks/scale/{name}.py"))
        assert not [path for path in used if str(path).startswith("finetune")]


def test_no_rule_finds_anything_in_lines_without_a_planted_defect(made: Path) -> None:
    found = lint(
        {"training": made / "ours" / MADE[0], "validation": made / "ours" / MADE[1]},
        Scope(read_profile("anthropic"), lego=True),
    )
    assert not any(found.rows.values()), found.findings[:3]


def test_ours_and_the_plain_program_find_every_planted_defect_in_all_its_places(made: Path) -> None:
    (made / "planted").mkdir()
    ours, planted = ((made / name / MADE[0], made / name / MADE[1]) for name in ("ours", "planted"))
    lines = [len(path.read_bytes().splitlines()) for path in ours]
    places = plant(ours, planted, (lines[0], lines[1]), 3)
    assert set(places) == set(DEFECTS) <= set(rule_modules()), "a defect is called as the rule that finds it"
    assert all(len(set(of)) == PLACES for of in places.values())
    for name in ("ours", "plain"):
        words = command(PROGRAMS[name].check, sys.executable, "", [str(path) for path in planted])
        done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
        read = PROGRAMS[name].read
        assert read
        found = read(done.stdout)
        assert {defect: sorted(found[defect]) for defect in IN_PLACE} == {one: sorted(places[one]) for one in IN_PLACE}
        assert all(set(places[defect]) <= set(found[defect]) for defect in DEFECTS), name


def test_the_benchmark_says_what_each_program_took_and_found(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(data.main, ["--records", "800", "--only", "ours-ten", "plain", "--rounds", "2", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)["programs"]
    assert list(told) == ["ours", "ours-ten", "plain"]
    assert all(len(one["ratios"]["ours-ten"]) == 2 for one in told.values())
    assert told["ours-ten"]["ratios"]["ours-ten"] == [1, 1] != told["plain"]["ratios"]["ours-ten"]
    assert told["plain"]["lines_are_ours"] is True
    for one in told.values():
        assert all(one["found"].values()) and set(one["found"]) == set(DEFECTS)
        assert one["seconds"] > 0 and one["peak"] > 1e6 and one["steps"]["check"]["cpu"] > 0


def test_of_several_rounds_the_median_is_told_and_each_is_held_against_ours_in_the_same() -> None:
    def ran(*seconds: float) -> Result:
        one = Result(Measured(seconds[0]), Measured(1.0))
        for taken in seconds:
            one = with_round(one, Measured(taken, peak=int(taken)), Measured(1.0, peak=9))
        return one

    ours, other = ran(1, 3, 1), ran(5, 9, 7)
    assert (ours.seconds, other.seconds, other.peak) == (2, 8, 9)
    assert ratios(other, ours) == [3, 2.5, 4]
    assert times(other, {"ours": ours, "other": other}, "ours") == "3.00"
    assert list(spread("other", {"ours": ours, "other": other})) == ["3.00 times ours (2.50 to 4.00)"]


@pytest.mark.parametrize("rounds", ["0", "-1"])
def test_a_number_of_rounds_that_is_none_is_refused(rounds: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(data.main, [f"--rounds={rounds}"]) == 2
    assert "--rounds" in capsys.readouterr().err


@pytest.mark.parametrize("records", ["many", "0", "-5", "1e6", "399"])
def test_a_number_of_records_that_is_none_is_refused(records: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(data.main, [f"--records={records}"]) == 2
    assert "whole number" in capsys.readouterr().err


def test_a_program_that_cannot_be_installed_is_a_result(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", "")
    assert run(data.main, ["--records", "400", "--only", "together"]) == 0
    told = capsys.readouterr().out
    assert "together: not installed: ERROR: No matching distribution found for together" in told
    assert "failed" in told and "10 of 10" in told


def test_a_program_that_takes_too_long_or_fails_is_a_result(tmp_path: Path) -> None:
    late = measure((sys.executable, "-c", "import time; time.sleep(60)"), tmp_path, {}, 0.2, (0,))
    assert late.failed == "more than 0.2 s" and late.seconds < 10
    broken = measure((sys.executable, "-c", "raise SystemExit('no such thing')"), tmp_path, {}, 60, (0,))
    assert broken.failed == "exit code 1: no such thing"


def test_memory_is_that_of_all_processes_of_a_program(tmp_path: Path) -> None:
    child = "import time; kept = bytes(range(256)) * 400_000; time.sleep(0.7)"
    start = f"subprocess.Popen([sys.executable, '-c', {child!r}])"
    two = f"import subprocess, sys; [one.wait() for one in [{start} for _ in 'ab']]"
    assert measure((sys.executable, "-c", two), tmp_path, {}, 60, (0,)).peak > 200e6
