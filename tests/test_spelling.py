"""What prepare makes in a faster way is what the slower way makes: lines, claims, and the count of keys."""

import hashlib
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finetune.dataset.build import build, digests_of, line_of
from finetune.dataset.shapes import shape_of
from finetune.dataset.shown import shown
from finetune.dataset.spelling import frame_of
from finetune.dataset.split import side
from finetune.errors import FinetuneError
from finetune.files.courses import each_stretch, read_course, read_courses
from finetune.files.jsonl import has_just, has_more_keys
from finetune.lego.claims import Claims, bearing, claim
from finetune.records.correcting import Corrected
from finetune.records.course import Courses, Feeder, Lego, Pair, Seed
from finetune.records.dataset import Side
from finetune.records.params import Prepare
from tests.conftest import SKILL
from tests.imports import ROOT

PLAIN = st.text(st.characters(exclude_characters='"\\', codec="utf-8", min_codepoint=0x20), max_size=12)
"""Any text without a character that JSON escapes; U+007F and U+2028 are none."""
PAIRS = st.tuples(PLAIN, PLAIN, PLAIN, st.none() | PLAIN)
FEW_WORDS = st.lists(st.sampled_from(["I", "want", "to", "eat", "don't", "l’ami", "吃", "饭", "É"]), max_size=5)
SAID = st.builds(lambda words, mark: " ".join(words) + mark, FEW_WORDS, st.sampled_from(["", ".", "!?", " ", "…"]))


def seed(number: int, known: str, *pairs: tuple[str, str, str, str | None], feeders: int = 0) -> Seed:
    legos = tuple(Lego(name, "BASE", target, chunk, more) for name, target, chunk, more in pairs)
    fed = tuple(Feeder(*pairs[at][:3], "L") for at in range(min(feeders, len(pairs))))
    return Seed("spa", f"S{number:04}", "Spanish", "English", "Sí.", known, legos, fed)


@pytest.fixture(scope="module")
def courses() -> Courses:
    return read_courses(ROOT / SKILL / "courses")


@pytest.mark.parametrize("shape", ["anthropic", "openai"])
def test_the_sample_s_lines_are_the_same_by_templates_and_by_records(shape: str, courses: Courses) -> None:
    params = Prepare("seed", 0.25, (), "latest", shape, "none")
    stretches = [one for path in (ROOT / SKILL / "courses").glob("*.jsonl") for one in each_stretch(path, 1 << 20)]
    assert all(one.plain for one in stretches), "the sample goes the faster way"
    fast, slow = (build(Corrected(courses), 'Say "é\\".\n', params, list[bytes], plain) for plain in (True, False))
    assert fast == slow
    assert len(fast.lines["training"]) > len(fast.lines["validation"]) > 0


@settings(max_examples=300, deadline=None)
@given(PLAIN, PLAIN, st.lists(PAIRS, max_size=3), st.integers(0, 2), st.text(max_size=9))
def test_a_template_writes_any_text_that_needs_no_escape(
    course: str, known: str, pairs: list[tuple[str, str, str, str | None]], feeders: int, system: str
) -> None:
    made = msgspec.structs.replace(seed(1, known, *pairs, feeders=feeders), course=course)
    for name in ("anthropic", "openai"):
        shape = shape_of(name)
        assert frame_of(shape, system).line(made, made.pairs) == line_of(made, made.pairs, shape, system)


@given(st.lists(st.text(max_size=9), min_size=1, max_size=3), st.text(max_size=9))
def test_a_digest_is_that_of_the_whole_line_whatever_is_in_its_texts(texts: list[str], system: str) -> None:
    for name in ("anthropic", "openai"):
        shape = shape_of(name)
        lines = [line_of(seed(1, known), (), shape, system) for known in texts]
        whole = [hashlib.sha256(line.removesuffix(b"\n")).hexdigest() for line in lines]
        assert digests_of(frame_of(shape, system).head, lines) == whole


def test_a_text_with_a_quote_goes_the_slower_way_and_stays_whole(tmp_path: Path, courses: Courses) -> None:
    first = next(iter(courses.values()))[0]
    odd = msgspec.structs.replace(first, target=f'"{first.target}"')
    path = tmp_path / f"{first.course}.jsonl"
    for one, escaped in ((first, False), (odd, True)):
        path.write_bytes(msgspec.json.encode(one) + b"\n")
        assert list(each_stretch(path, 1 << 20)) == [([one], not escaped)]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(SAID, st.lists(SAID, max_size=4), st.sampled_from(["training", "validation"])), max_size=40))
def test_a_prompt_shows_what_it_would_if_claims_were_made_seed_by_seed(
    said: list[tuple[str, list[str], Side]],
) -> None:
    course = [
        (seed(number, known, *(("L", f"{number}", chunk, None) for chunk in chunks)), on)
        for number, (known, chunks, on) in enumerate(said, start=1)
    ]
    assert list(map(spelt, shown(course))) == list(in_turn(course))


def test_the_sample_s_prompts_show_what_they_would_seed_by_seed(courses: Courses) -> None:
    for seeds in courses.values():
        course = [(one, side(one.number, "seed", 0.25)) for one in seeds]
        assert list(map(spelt, shown(course))) == list(in_turn(course))


def in_turn(course: list[tuple[Seed, Side]]) -> Any:
    """The claims that bear on each seed, made one seed after another, as a model in use has them."""
    every, trained = Claims(), Claims()
    for one, on in course:
        yield [
            (found.known_chunk, found.target_chunk)
            for found in bearing(trained if on == "training" else every, one.known)
        ]
        claim(every, one)
        if on == "training":
            claim(trained, one)


def spelt(pairs: list[Pair]) -> list[tuple[str, str]]:
    return [(pair.known_chunk, pair.target_chunk) for pair in pairs]


@pytest.mark.parametrize(
    "line",
    [
        pytest.param('{"a":1,"a":2}', id="no spaces"),
        pytest.param('{"a": 1, "a" : 2}', id="a space before a colon"),
        pytest.param('{"a": ":", "a"\t: 2}', id="a tab, and a colon in a text"),
        pytest.param('{"a": 1, "\\u0061": 2}', id="an escaped name"),
        pytest.param('{"a": "\\":", "a"  :2}', id="what looks like a key in a text"),
    ],
)
def test_no_key_that_stands_twice_is_taken_for_one(line: str) -> None:
    data = line.encode()
    assert not has_just(data, 1) and has_more_keys(data, [msgspec.json.decode(data)])


@pytest.mark.parametrize("between", [b" ", b"\n\n", b"\n \n"])
def test_two_seeds_in_one_line_and_a_blank_line_are_refused_with_their_place(
    between: bytes, tmp_path: Path, courses: Courses
) -> None:
    first, second = map(msgspec.json.encode, next(iter(courses.values()))[:2])
    path = tmp_path / "spa_for_eng.jsonl"
    path.write_bytes(first + between + second + b"\n" * (2 - between.count(b"\n")))
    with pytest.raises(FinetuneError, match=r"spa_for_eng\.jsonl:[12]: .*(trailing|blank)"):
        read_course(path)


def test_a_course_whose_texts_have_colons_is_read_and_a_key_twice_refused_with_its_place(
    tmp_path: Path, courses: Courses
) -> None:
    first, second = next(iter(courses.values()))[:2]
    said = [msgspec.structs.replace(first, known='He said : "go": now'), second]
    path = tmp_path / f"{first.course}.jsonl"
    data = msgspec.json.Encoder().encode_lines(said)
    path.write_bytes(data)
    assert read_course(path) == said
    path.write_bytes(data.replace(b'"lego_type"', b'"lego_type" : "BASE", "lego_type"', 1))
    with pytest.raises(FinetuneError, match=r":1: the key 'lego_type' stands twice"):
        read_course(path)
