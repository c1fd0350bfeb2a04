"""The dataset linter on chats as others have them: what it has to find, what it must not, and where it says so."""

import json
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from finetune.dataset.entries import INVOLVED
from finetune.dataset.samples import chat
from finetune.files.pieces import LONGEST
from finetune.files.profiles import read_profile
from finetune.fixing import fix
from finetune.linting import Linted, lint
from finetune.records.profile import Scope
from tests.conftest import Project
from tests.imports import ROOT

HERE = Project(ROOT)
ANTHROPIC = read_profile("anthropic")
ASKED: dict[str, object] = {"role": "user", "content": "a"}


def written(folder: Path, *lines: str | bytes, name: str = "training", end: bytes = b"\n") -> Path:
    path = folder / f"{name}.jsonl"
    path.write_bytes(b"".join((line.encode() if isinstance(line, str) else line) + end for line in lines))
    return path


def linted(folder: Path, *lines: str | bytes, profile: str = "anthropic") -> Linted:
    return lint({"training": written(folder, *lines)}, Scope(read_profile(profile)))


def told(folder: Path, *lines: str | bytes, profile: str = "anthropic") -> list[tuple[str, str]]:
    """The rule and the severity of what is found, without that there are few lines."""
    found = linted(folder, *lines, profile=profile).findings
    return [(one.rule, one.severity) for one in found if one.rule != "too-little-data"]


def openai(*messages: Mapping[str, object], **more: object) -> str:
    return json.dumps({"messages": [ASKED, *messages], **more})


def said(content: object, **more: object) -> dict[str, object]:
    return {"role": "assistant", "content": content, **more}


@pytest.mark.parametrize(
    ("scope", "mended"),
    [
        (Scope(ANTHROPIC, ignored=frozenset({"duplicate"})), {"answer-edge-space": 2}),
        (Scope(ANTHROPIC, only=frozenset({"duplicate"})), {"duplicate": 1}),
        (Scope(ANTHROPIC, only=frozenset({"blank-line"})), {}),
    ],
)
def test_a_rule_that_is_not_asked_for_mends_nothing(scope: Scope, mended: dict[str, int], tmp_path: Path) -> None:
    path = written(tmp_path, chat(answer="a "), chat(answer="a "))
    assert fix({"training": path}, scope)["training"] == mended
    assert path.read_text("utf-8").count("\n") == 2 - mended.get("duplicate", 0)


@pytest.mark.parametrize(
    ("more", "other", "profile", "duplicates"),
    [
        ({"weight": 0.1}, {"weight": 2.0}, "together", 0),
        ({"parallel_tool_calls": True}, {"parallel_tool_calls": False}, "openai", 0),
        ({"id": 1}, {"id": 2}, "openai", 1),
        ({"weight": 1}, {}, "fireworks", 1),
    ],
    ids=["weight", "parallel", "an id that nobody knows", "a weight of 1"],
)
def test_no_line_is_dropped_that_says_anything_else(
    more: dict[str, object], other: dict[str, object], profile: str, duplicates: int, tmp_path: Path
) -> None:
    lines = openai(said("b"), **more), openai(said("b"), **other)
    assert linted(tmp_path, *lines, profile=profile).rows["duplicate"] == duplicates
    path = written(tmp_path, *lines, lines[0])
    assert fix({"training": path}, Scope(read_profile(profile)))["training"] == {"duplicate": 1}
    assert path.read_text("utf-8").splitlines() == list(lines)


def test_a_mended_line_keeps_the_line_end_of_its_file(tmp_path: Path) -> None:
    path = written(tmp_path, chat("b"), chat(answer="a "), end=b"\r\n")
    assert fix({"training": path}, Scope(ANTHROPIC))["training"] == {"answer-edge-space": 1}
    assert path.read_bytes() == f"{chat('b')}\r\n{chat(answer='a')}\r\n".encode()


def test_a_group_of_thousands_is_told_by_each_line_with_no_more_than_a_hundred_others(tmp_path: Path) -> None:
    found = linted(tmp_path, *(chat(answer=f"Joke {number}") for number in range(300)))
    assert found.rows["contradiction"] == 300
    assert {len(one.lines) for one in found.findings} == {INVOLVED}
    assert {one.line for one in found.findings} == set(range(1, 301))


def test_the_number_of_a_message_and_its_column_are_those_of_the_line(tmp_path: Path) -> None:
    call = {"id": "1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    lines = (
        openai(said(None, tool_calls=[call]), {"role": "tool", "tool_call_id": "1", "content": "c"}, said("")),
        openai(said("b", weight=1), ASKED, said("c", weight=5)),
        openai(said("b", x=1), ASKED, said("c", x=1)),
    )
    found = [one for one in linted(tmp_path, *lines, profile="openai").findings if one.line]
    assert [(one.line, one.column, one.message.partition(";")[0]) for one in found] == [
        (1, lines[0].rindex('"content"') + 1, "message 4 (assistant) is empty"),
        (2, lines[1].rindex('"weight"') + 1, "message 4: its weight is 5"),
        (3, lines[2].index('"x"') + 1, "unknown key 'x' in message 2"),
        (3, lines[2].rindex('"x"') + 1, "unknown key 'x' in message 4"),
    ]


def test_the_column_of_a_text_is_not_that_of_another_with_the_same_words(tmp_path: Path) -> None:
    line = chat("What is ${a} in JS?", "${a}", system="${a}")
    (*_, last) = linted(tmp_path, line).findings
    assert {one.column for one in linted(tmp_path, line).findings} == {
        line.index("${a}") + 1,
        line.index("${a} in") + 1,
    }
    assert last.rule == "placeholder"


@pytest.mark.parametrize(
    ("name", "lines", "right"),
    [
        ("array", [b"[", b"{}", b"]"], "jq -c '.[]'"),
        ("object", [b"{", b'"messages": []', b"}"], "jq -c ."),
        ("utf-16", [chat().encode("utf-16-le")], "iconv -f UTF-16LE"),
        ("utf-32", [b"\xff\xfe\x00\x00a\x00\x00\x00"], "iconv -f UTF-32"),
    ],
)
def test_the_advice_for_what_is_no_file_of_lines_is_right(
    name: str, lines: list[bytes], right: str, tmp_path: Path
) -> None:
    path = written(tmp_path, *lines)
    assert f"({right}" in HERE.python("-m", "finetune", "lint", str(path), code=2)


@pytest.mark.parametrize("bad", [b"\xff", b"{}\n" + b"a" * (LONGEST + 1)], ids=["utf-8", "long"])
def test_of_two_files_none_is_mended_where_one_cannot_be(bad: bytes, tmp_path: Path) -> None:
    good, wrong = written(tmp_path, chat(answer="a ")), written(tmp_path, bad, name="validation")
    told = HERE.python("-m", "finetune", "lint", str(good), str(wrong), "--fix", code=2)
    assert f"{wrong}:1: not UTF-8" in told or f"{wrong}:2: a line of over 32 MB" in told
    assert good.read_text("utf-8") == chat(answer="a ") + "\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["training.jsonl", "validation.jsonl"]


@pytest.mark.parametrize(
    ("mark", "what"), [(b"BZh91AY", "bzip2"), (b"\xfd7zXZ\x00", "xz"), (b"\xef\xbb\xbf[\n{}\n]", "one JSON value")]
)
def test_what_is_packed_or_one_value_is_refused_as_what_it_is(mark: bytes, what: str, tmp_path: Path) -> None:
    assert what in HERE.python("-m", "finetune", "lint", str(written(tmp_path, mark)), code=2)


def test_a_line_with_a_key_twice_is_never_dropped_as_a_copy(tmp_path: Path) -> None:
    """Of such a line, nobody knows what it says."""
    lines = [chat(), chat().replace('"role": "user"', '"role": "system", "role": "user"'), chat()]
    path = written(tmp_path, *lines)
    assert fix({"training": path}, Scope(ANTHROPIC))["training"] == {"duplicate": 1}
    assert path.read_text("utf-8").splitlines() == lines[:2]


def test_only_a_line_with_a_chat_is_a_record_and_no_file_may_be_without(tmp_path: Path) -> None:
    found = linted(tmp_path, *(chat(str(number)) for number in range(9)), "", "{", "[]")
    assert found.records == {"training": 9} and found.lines == {"training": 12}
    paths = str(written(tmp_path, chat())), str(written(tmp_path, name="validation"))
    assert "0 records; at least one is needed" in HERE.python("-m", "finetune", "lint", *paths, code=1)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Split: I want to eat.", "split  i want to eat"),
        ("Le café est là", "Le cafe\u0301 est la\u0300"),
        ("Split it", "Split\u200b\u202fit"),
        ("A well‑known one", "A well-known one"),
        ("你好，世界。", "你好世界"),
        ("Don’t go", "Don't go!"),
        ("Ｈｅｌｌｏ", "hello"),
    ],
)
def test_a_copy_in_other_characters_is_one(one: str, other: str, tmp_path: Path) -> None:
    assert [rule for rule, _ in told(tmp_path, chat(one), chat(other))] == ["near-duplicate"]


@pytest.mark.parametrize(
    ("line", "column", "why"),
    [
        (b'{"a": "NaN", "b": NaN}', 19, "not JSON (NaN is no JSON)"),
        (b'{"a": -Infinity}', 7, "not JSON (-Infinity is no JSON)"),
        (b'{"a": 1}\r{"a": 2}', 10, "not JSON (lines that end with a carriage return alone: save it with \\n)"),
        (b"[" * 100_000, 0, "lists and objects in each other, over 100"),
    ],
    ids=["NaN", "-Infinity", "carriage return", "deep"],
)
def test_what_is_no_json_is_said_in_a_user_s_words_with_its_column(
    line: bytes, column: int, why: str, tmp_path: Path
) -> None:
    (found,) = [one for one in linted(tmp_path, line).findings if one.rule == "not-json"]
    assert (found.column, found.message.partition(";")[0]) == (column, why)


def call(name: str = "1") -> dict[str, object]:
    return {"id": name, "type": "function", "function": {"name": "f", "arguments": "{}"}}


def result(name: str) -> dict[str, object]:
    return {"role": "tool", "tool_call_id": name, "content": ""}


def dialogue(*names: str, answer: str = "b") -> str:
    asked = said("", tool_calls=[call(name) for name in names])
    return openai(asked, *map(result, names), said(answer))


def test_the_ids_of_calls_tell_no_lines_apart_but_which_call_a_result_is_of(tmp_path: Path) -> None:
    assert linted(tmp_path, dialogue("x", "y"), dialogue("p", "q"), profile="openai").rows["duplicate"] == 1
    crossed = openai(said("", tool_calls=[call("p"), call("q")]), result("q"), result("p"), said("b"))
    assert linted(tmp_path, dialogue("x", "y"), crossed, profile="openai").rows["duplicate"] == 0
    other = dialogue("p", "q", answer="c")
    assert linted(tmp_path, dialogue("x", "y"), other, profile="openai").rows["contradiction"] == 2
    path = written(tmp_path, dialogue("x", "y"), dialogue("p", "q"))
    assert fix({"training": path}, Scope(read_profile("openai")))["training"] == {}


IMAGE = [{"type": "image_url", "image_url": {"url": "https://a.example/1.png"}}]


@pytest.mark.parametrize(
    ("lines", "profile", "wrong"),
    [
        ([openai(said(IMAGE))], "openai", "message 2: an image of the role 'assistant'; only system, user, tool"),
        ([openai({"role": "user", "content": IMAGE}, said("b"))], "openai", ""),
        ([openai({"role": "tool", "content": IMAGE}, said("b"))], "together", "an image of the role 'tool'; only user"),
        ([openai(said([{"type": "text", "text": "b"}]))], "together", "some contents are texts, and some lists"),
        ([openai(said([{"type": "text", "text": "b"}]))], "fireworks", ""),
        ([openai(said("b"), weight=2), openai(said("c"))], "fireworks", "1 of 2 records have a weight; write one in"),
        ([openai(said("b"), weight=2), openai(said("c"), weight=0.5)], "fireworks", ""),
        ([openai(said("b"), weight=2), openai(said("c"))], "together", ""),
        ([openai({"role": "user", "content": "a", "weight": 0}, said("b"))], "openai", "only the role assistant has"),
        ([openai({"role": "user", "content": "a", "weight": 0}, said("b"))], "together", ""),
    ],
)
def test_what_a_provider_says_of_images_and_weights_is_checked(
    lines: list[str], profile: str, wrong: str, tmp_path: Path
) -> None:
    told = [one.message for one in linted(tmp_path, *lines, profile=profile).findings]
    told = [one for one in told if "image" in one or "weight" in one or "contents are" in one]
    assert any(wrong in one for one in told) if wrong else not told


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ('"weight": 1e999', ["1:89: weight: the line's weight is inf"]),
        ('"weight": ' + "1" * 4_000, []),
        ('"weight": ' + "1" * 5_000, ["1:99: not-json: not JSON (a whole number of over 4,300 digits)"]),
        ('"x\\u0000y": 1', ["1:89: unknown-key: unknown key 'x\\x00y'"]),
    ],
    ids=["infinite", "long", "longer", "nul"],
)
def test_odd_numbers_and_keys_are_told_with_their_column(more: str, told: list[str], tmp_path: Path) -> None:
    line = f"{openai(said('b'))[:-1]}, {more}}}"
    found = [one for one in linted(tmp_path, line, profile="together").findings if one.line]
    assert [str(one).removeprefix(f"{tmp_path}/training.jsonl:").partition(";")[0] for one in found] == told


def test_columns_in_a_line_of_many_messages_take_time_by_its_length(tmp_path: Path) -> None:
    line = openai(*[{"role": "user", "content": "é", "odd": 1}, said("b")] * 4_000)
    begun = time.perf_counter()
    columns = {one.column for one in linted(tmp_path, line, profile="openai").findings if one.rule == "unknown-key"}
    assert time.perf_counter() - begun < 4, "it took seven seconds for four thousand"
    assert {line.index('"odd"') + 1, line.index('"odd"', 10_000) + 1} < columns


def test_a_key_that_stands_twice_is_found_in_lines_that_begin_alike(tmp_path: Path) -> None:
    """Lines after each other share their head; each by itself does not."""
    line = chat().replace('{"system"', '{"\\u0073ystem": "x", "system"', 1)
    found = linted(tmp_path, line, line, line.replace("eat", "drink"))
    assert found.rows["duplicate-key"] == 3


@pytest.mark.parametrize(
    ("line", "profile"),
    [
        (openai(said(None, refusal="No.")), "openai"),
        (openai({"role": "system", "content": "b"}, said("c")), "openai"),
        (openai(said(None, tool_calls=[call("1"), call("2")]), result("1"), result("2"), said("b")), "openai"),
        (openai(said("", tool_calls=[call("1"), call("2")]), result("1"), result("2"), said("b")), "together"),
        (openai(said("", tool_calls=[call()]), result("1"), said("b")), "fireworks"),
        (chat("Write `x`.", "- ```py\n  x\n  ```"), "anthropic"),
        (chat("Which half-open interval?", "[0, 1)"), "anthropic"),
        (chat("In TeX?", r"\frac{2}{{2}}"), "anthropic"),
        (chat("ssh root@server.firma.com", "Write to ana@acme.example."), "anthropic"),
        (chat("curl -H 'Authorization: Bearer ${ACCESS_TOKEN_FROM_ENV_FILE}'".replace("${", "$")), "anthropic"),
        (chat("Is <s>old</s> struck out?"), "anthropic"),
    ],
)
def test_what_is_right_in_someone_s_chat_is_no_finding(line: str, profile: str, tmp_path: Path) -> None:
    assert told(tmp_path, line, profile=profile) == []


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        (chat("Summarise the report.", "Allergies: None"), "placeholder"),
        (chat("Write a letter.", "Dear [Your Name], hello."), "placeholder"),
        (chat("¿TODO: está bien?", "Sí."), "placeholder"),
        (chat("Write to support@firma.es."), "email-address"),
        (chat("Quote it:\n\nHuman: hi"), "special-token"),
        (chat("Go on.", "    total = 1\n    return total"), "answer-edge-space"),
    ],
)
def test_what_may_be_meant_in_someone_s_chat_is_a_warning_and_in_a_lego_example_a_placeholder_is_an_error(
    line: str, rule: str, tmp_path: Path
) -> None:
    assert told(tmp_path, line) == [(rule, "warning")]
    path = written(tmp_path, line)
    chats = HERE.python("-m", "finetune", "lint", str(path), "--examples", "chat")
    assert "0 errors, 1 warning" in chats and "(warning)" in chats
    strict = lint({"training": path}, Scope(ANTHROPIC, lego=True)).findings
    assert ("error" if rule == "placeholder" else "warning") in {one.severity for one in strict if one.rule == rule}


@pytest.mark.parametrize(
    ("answers", "tested", "said"),
    [
        (["positive"] * 30, [], "30 of 30 short answers are 'positive'; add some of the others"),
        (['{"sentiment": "positive"}'] * 29 + ["no"], [], '29 of 30 short answers are \'{"sentiment": "positive"}\''),
        (["a", "b"] * 15, ["c"], "the answer 'c' is asked for and never trained on; add examples of it"),
        (["You're welcome!"] * 24 + [f"It is {'so ' * 20}{number}." for number in range(200)], [], ""),
    ],
)
def test_classes_are_looked_at_where_answers_are_classes(
    answers: list[str], tested: list[str], said: str, tmp_path: Path
) -> None:
    training = written(tmp_path, *(chat(str(number), answer) for number, answer in enumerate(answers)))
    asked = written(tmp_path, *(chat(f"v{number}", one) for number, one in enumerate(tested)), name="validation")
    found = lint({"training": training, **({"validation": asked} if tested else {})}, Scope(ANTHROPIC)).findings
    assert [one.message.startswith(said) for one in found if one.rule == "lopsided-classes"] == [True] * bool(said)


def test_a_secret_in_an_image_s_address_is_found_and_its_bytes_are_not_read(tmp_path: Path) -> None:
    for url, rows in (("https://x.es/?k=sk-" + "ant-api03-" + "a1B2" * 10, 1), ("data:sk-" + "ant-" + "a1B2" * 10, 0)):
        part = {"type": "image_url", "image_url": {"url": url}}
        line = json.dumps({"messages": [{"role": "user", "content": [part]}, said("a cat")]})
        assert linted(tmp_path, line, profile="openai").rows["secret"] == rows


def test_output_that_nobody_reads_to_its_end_is_no_finding(tmp_path: Path) -> None:
    command = f"{sys.executable} -m finetune lint --rules | true; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(("bash", "-c", command), cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (141, "")
