"""A course too large for memory is prepared some seeds at a time, and comes out as it does at once."""

import json
import pickle
import sys
import tempfile
from collections.abc import Iterator
from multiprocessing.pool import Pool
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.scale.generate import PARAMS as PREPARE
from benchmarks.scale.measured import measure
from finetune import preparing
from finetune.adding import Taught
from finetune.errors import FinetuneError
from finetune.files import ids, jsonl, stretches, wrong
from finetune.files.dvc import read_paths
from finetune.files.grouped import Grouped
from finetune.files.kept import Group, Kept
from finetune.files.many import Many
from finetune.files.wrong import read_wrong
from finetune.large import prepare_large
from finetune.part import Part
from finetune.preparing import prepare_courses
from finetune.records.course import Correction, Feeder, Lego, Seed
from finetune.records.located import Located
from finetune.records.params import Prepare
from finetune.workers import workers
from tests.conftest import SKILL
from tests.imports import ROOT
from tests.test_prepare import prepared

PARAMS = Prepare("seed", 0.4, (), "latest", "anthropic", "trl")
KNOWN = st.lists(st.sampled_from(["I", "Want", "to", "eat", "don't", "l’ami", "吃", "É"]), min_size=1, max_size=4)
CHUNK = st.tuples(
    st.sampled_from(["I", "want", "I want", "to eat", "Eat", "eat ", "don't", "don’t", "吃", "…", "", "é", "to, eat"]),
    st.sampled_from(["uno", "Uno", "dos", ""]),
)
SEEDS = st.lists(st.tuples(KNOWN, st.lists(CHUNK, max_size=3), st.lists(CHUNK, max_size=1)), min_size=1, max_size=25)

Said = list[tuple[list[str], list[tuple[str, str]], list[tuple[str, str]]]]
"""Of each seed the words of its known sentence, its LEGOs and its feeders, as (known, target)."""


def course_of(said: Said) -> list[Seed]:
    return [
        Seed(
            "spa",
            f"S{number:04}",
            "Spanish",
            "English",
            "Uno dos.",
            " ".join(known),
            tuple(Lego(f"S{number:04}L{at}", "BASE", target, chunk) for at, (chunk, target) in enumerate(legos)),
            tuple(Feeder(f"F{at}", target, chunk, "L") for at, (chunk, target) in enumerate(feeders)),
        )
        for number, (known, legos, feeders) in enumerate(said, start=1)
    ]


def corrections_of(course: list[Seed], corrected: list[int]) -> list[Located[Correction]]:
    """Corrections of these seeds, in this order, each of which takes the first LEGO out."""
    found = []
    for at, number in enumerate(corrected):
        seed = course[number % len(course)]
        after = msgspec.structs.replace(seed.breakdown, lego_pairs=seed.lego_pairs[1:])
        if after != seed.breakdown:
            made = Correction(
                f"c{at}",
                "spa",
                seed.seed_id,
                "FD_VIOLATION",
                seed.breakdown,
                after,
                "why",
                f"who{at % 2}",
                f"2026-10-{1 + at:02}T10:00:00Z",
                0,
            )
            found.append(Located(f"a:{at}", made))
    return found


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    with workers() as made:
        yield made


def lines_of(path: Path, group: Group, pool: Pool | None = None) -> list[Any]:
    """What is made of a course at once, or by several processes."""
    taught = Taught("Split.", PARAMS, frozenset(["c1"]))
    if not pool:
        return told_by(prepare_courses([(path, group)], taught))
    with tempfile.TemporaryDirectory() as folder:
        return told_by(prepare_large(path, group, taught, Path(folder), pool))


def told_by(part: Part) -> list[Any]:
    sinks = (part.lines, part.datasets[0].sources, part.preferences)
    made = [list(sink) for sinks in sinks for sink in sinks.values()]
    of = part.became
    told = {reason: (some.size, sorted(some.first)) for reason, some in of.unused.items()}
    left = sorted(part.left_out)
    return [made, told, left, of.seeds, of.untaught, of.types, of.reversals.size, part.datasets[0].dropped]


@settings(max_examples=150, deadline=None)
@given(SEEDS, st.lists(st.integers(0, 99), max_size=8), st.integers(0, 900))
def test_a_course_is_the_same_some_seeds_at_a_time(said: Said, corrected: list[int], largest: int) -> None:
    check_parts(said, corrected, largest)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=SEEDS, corrected=st.lists(st.integers(0, 99), max_size=8), largest=st.integers(0, 900))
def test_a_course_is_the_same_made_by_several_processes(
    pool: Pool, said: Said, corrected: list[int], largest: int
) -> None:
    check_parts(said, corrected, largest, pool)


def check_parts(said: Said, corrected: list[int], largest: int, pool: Pool | None = None) -> None:
    """A course, with or without a byte order mark, comes out of stretches of a size as it does at once."""
    course = course_of(said)
    group = Group(corrections_of(course, corrected), None, ())
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patched:
        path = Path(folder) / "spa.jsonl"
        path.write_bytes(jsonl.BOM * (largest % 2) + msgspec.json.Encoder().encode_lines(course))
        at_once = lines_of(path, group)
        patched.setattr(stretches, "LARGEST", largest)
        assert lines_of(path, group, pool) == at_once


def test_courses_that_several_processes_share_are_among_others_in_their_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    at_once = prepared(tmp_path / "at once")
    monkeypatch.setattr(stretches, "LARGEST", 8_000)
    sizes = sorted(path.stat().st_size for path in (ROOT / SKILL / "courses").iterdir())
    monkeypatch.setattr(preparing, "LARGE", sizes[2] * 2)  # with their corrections, some are large, and some are not
    shared = prepared(tmp_path / "shared")
    check_same(shared, at_once)


def check_same(made: dict[str, bytes], at_once: dict[str, bytes]) -> None:
    """The same bytes, but for the order of what is left out."""
    left = [sorted(one.pop("left-out").splitlines()) for one in (made, at_once)]
    assert left[0] == left[1] != []
    assert made == at_once


def test_a_seed_out_of_its_place_is_told_before_its_correction_misses_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pool: Pool
) -> None:
    course = course_of([(["I"], [("I", "uno")], [])] * 9)
    group = Group(corrections_of(course, [1]), None, ())
    path = tmp_path / "spa.jsonl"
    path.write_bytes(msgspec.json.Encoder().encode_lines([*course[:1], *course[2:], course[1]]))
    monkeypatch.setattr(stretches, "LARGEST", 0)
    for whom in (None, pool):
        with pytest.raises(FinetuneError, match=r"spa\.jsonl:9: S0002 comes after S0009"):
            lines_of(path, group, whom)


@pytest.mark.parametrize("largest", [0, 2_000, 20_000])
def test_the_sample_is_the_same_some_seeds_at_a_time(
    largest: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    at_once = prepared(tmp_path / "at once")
    monkeypatch.setattr(stretches, "LARGEST", largest)
    in_turn = prepared(tmp_path / "in turn")
    check_same(in_turn, at_once)


def test_a_correction_of_no_seed_is_refused_with_its_place_some_seeds_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pool: Pool
) -> None:
    monkeypatch.setattr(stretches, "LARGEST", 0)
    course = course_of([(["I"], [("I", "uno")], [])] * 9)
    del course[4]
    path = tmp_path / "spa.jsonl"
    path.write_bytes(msgspec.json.Encoder().encode_lines(course))
    sound = corrections_of(course, [0])[0]
    for name in ("S0005", "S0000", "S0099", "X", "S00000000000000000000001"):
        odd = Located("b:7", msgspec.structs.replace(sound.value, id="c9", seed_id=name))
        for whom in (None, pool):
            with pytest.raises(FinetuneError, match=f"^b:7: no seed {name} in course 'spa'"):
                lines_of(path, Group([sound, odd], None, ()), whom)


def test_corrections_of_a_course_without_seeds_are_refused_however_many_there_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stretches, "LARGEST", 0)
    path = tmp_path / "spa.jsonl"
    path.write_bytes(b"")
    with Kept[str](large=True) as kept:
        kept.add("spa", corrections_of(course_of([(["I"], [("I", "uno")], [])]), [0])[0])
        kept.spill()
        with pytest.raises(FinetuneError, match=r"^a:0: no seed S0001 in course 'spa'"):
            lines_of(path, kept.group("spa"))


@pytest.mark.parametrize("few", [1, 3, 300_000])
def test_an_id_is_taken_however_many_there_are(few: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ids, "FEW", few)
    lines = (ROOT / SKILL / "corrections/spa_for_eng.jsonl").read_text("utf-8").splitlines()
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join([*lines, lines[1]]), "utf-8")
    with pytest.raises(FinetuneError, match=rf"a\.jsonl:{len(lines) + 1}: the id 'spa-002' is taken by .*a\.jsonl:2;"):
        Grouped(tmp_path).__enter__()
    path.write_text("\n".join(lines), "utf-8")
    retracted = [
        {"correction": name, "reason": "a", "by": "b", "at": "2026-11-20T10:00:00Z"} for name in ("x", "spa-002")
    ]
    (tmp_path / "retractions.jsonl").write_text("".join(json.dumps(one) + "\n" for one in retracted), "utf-8")
    with Grouped(tmp_path) as said:
        assert (said.raw, list(said.retracted), len(said.idle)) == (len(lines), ["spa-002"], 1)


def test_answers_called_wrong_are_the_same_in_a_file_that_other_processes_are_sent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(ROOT)
    paths = read_paths()
    in_memory = read_wrong(paths.courses, paths.corrections, "latest")
    monkeypatch.setattr(wrong, "FEW", 3)
    many = read_wrong(paths.courses, paths.corrections, "latest")
    assert isinstance(many, Many)
    assert not isinstance(in_memory, Many)
    sent: Many = pickle.loads(pickle.dumps(many))  # noqa: S301
    assert dict(sent) == dict(many) == in_memory
    assert (bool(sent), len(sent), sent.get(b"none")) == (True, len(in_memory), None)
    folder = Path(many.folder)
    del sent
    assert folder.exists()
    del many
    assert not folder.exists()


def test_a_line_without_an_end_is_refused_before_all_of_it_is_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jsonl, "LONGEST", 5_000)
    monkeypatch.setattr(jsonl, "TOGETHER", 1_000)
    sound = (ROOT / SKILL / "corrections/spa_for_eng.jsonl").read_bytes()
    (tmp_path / "a.jsonl").write_bytes(sound + b'{"id": "' + b"a" * 20_000)
    with pytest.raises(
        FinetuneError, match=rf"a\.jsonl:{sound.count(bytes([10])) + 1}: a line of over 32 MB; write an"
    ):
        Grouped(tmp_path).__enter__()
    (tmp_path / "a.jsonl").write_bytes(sound)
    with Grouped(tmp_path) as said:
        assert said.raw == len(sound.splitlines())


@pytest.mark.slow
def test_memory_is_bounded_however_large_a_course_is(tmp_path: Path) -> None:
    """Sixty thousand seeds, each corrected, of ever new claims: 100 MB, of which 400 would be in memory at once."""
    for name in ("courses", "corrections"):
        (tmp_path / name).mkdir()
    (tmp_path / "prompt.md").write_text("Split.", "utf-8")
    (tmp_path / "params.yaml").write_text(PREPARE, "utf-8")
    encode = msgspec.json.encode
    with (
        (tmp_path / "courses/spa.jsonl").open("wb") as courses,
        (tmp_path / "corrections/spa.jsonl").open("wb") as corrections,
    ):
        for number in range(1, 60_001):
            seed = apples(number)
            one = Correction(
                f"c{number}",
                "spa",
                seed.seed_id,
                "WRONG_CHUNKING",
                seed.breakdown,
                msgspec.structs.replace(seed.breakdown, feeder_pairs=()),
                "why",
                "who",
                "2026-10-05T10:00:00Z",
                0,
            )
            courses.write(encode(seed) + b"\n")
            corrections.write(encode(one) + b"\n")
    outs = ["training", "validation", "training-preferences", "validation-preferences"]
    words = [word for out in (*outs, "provenance", "left-out", "metrics") for word in (f"--{out}", f"out/{out}")]
    words += ["--courses", "courses", "--corrections", "corrections", "--prompt", "prompt.md"]
    command = [sys.executable, "-m", "scripts.prepare", *words]
    ran = measure(command, tmp_path, {"PYTHONPATH": str(ROOT)}, 300, (0,))
    assert not ran.failed
    assert json.loads((tmp_path / "out/metrics").read_text("utf-8"))["corrections"] == 60_000
    assert ran.peak < 400e6


def apples(number: int) -> Seed:
    known, target = f"{number} red apples of the old garden", f"{number} manzanas rojas del viejo jardín"
    name = f"S{number:05}"
    legos = (
        Lego(f"{name}L01", "BASE", f"Quiero comprar {number}", f"I want to buy {number}"),
        Lego(f"{name}L02", "COMPOSITE", target, known, f"{known} = {target}"),
    )
    feeder = Feeder(f"{name}F01", f"{number} manzanas rojas", f"{number} red apples", f"{name}L02")
    sentences = f"Quiero comprar {target} por la mañana.", f"I want to buy {known} in the morning."
    return Seed("spa", name, "Spanish", "English", *sentences, legos, (feeder,))
