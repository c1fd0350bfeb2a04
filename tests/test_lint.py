"""The dataset linter: every rule by its own samples, files that are no good, every output, and files of any size."""

import gzip
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import msgspec
import pytest

from finetune import buckets, linting
from finetune.buckets import Bucket
from finetune.dataset import entries, found, groups
from finetune.dataset.digests import answer_digest
from finetune.dataset.fields import fields
from finetune.dataset.found import SIZE
from finetune.dataset.line import read_line
from finetune.dataset.rules import rule_modules
from finetune.dataset.samples import Sample, chat, lego, talk
from finetune.errors import FinetuneError
from finetune.files import pieces, profiles
from finetune.files.profiles import profile_names, read_profile
from finetune.fixing import fix
from finetune.linting import Linted, lint
from finetune.records.course import Breakdown, Lego
from finetune.records.dataset import Side
from finetune.records.profile import Scope
from finetune.reports import findings
from tests.conftest import Project
from tests.imports import ROOT

RULES = rule_modules()
WRONG = Breakdown((Lego("S0666L01", "BASE", "comer", "to eat"),), ())
HERE = Project(ROOT)


def scope_of(sample: Sample) -> Scope:
    wrong = {answer_digest("spa_for_eng", "S0666", WRONG): "c-1"} if sample.lego else {}
    return Scope(read_profile(sample.profile), lego=sample.lego, wrong=wrong)


AT = chat(answer="a ").index('a "') + 2
KEY = "sk-" + "ant-api03-" + "a1B2" * 10


def write(folder: Path, sample: Sample) -> dict[Side, Path]:
    sides: list[Side] = ["training", "validation"] if sample.validation else ["training"]
    paths = {side: folder / f"{side}.jsonl" for side in sides}
    for side, path in paths.items():
        path.write_bytes(sample.content(side))
    return paths


def checked(folder: Path, sample: Sample) -> Linted:
    return lint(write(folder, sample), scope_of(sample))


@pytest.mark.parametrize("module", [module for module in RULES.values() if hasattr(module, "suspects")])
def test_a_rule_suspects_each_line_in_which_it_finds_something_among_many_others_too(module: ModuleType) -> None:
    scope = Scope(read_profile("anthropic"), lego=True)
    texts = [text for other in RULES.values() for sample in (other.GOOD, other.BAD) for text in sample.training]
    raws = [text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass") for text in texts]
    lines = [read_line("training", number, raw, scope) for number, raw in enumerate(raws, start=1)]
    found = [line for line in lines if any(module.check(line, scope))]
    sound = [line for line in lines if line not in found]
    assert found and len(sound) > len(lines) / 2
    assert not module.suspects(sound)
    for line in found:
        assert line in module.suspects([*sound, line])


@pytest.mark.parametrize(("rule", "module"), RULES.items())
def test_a_rule_finds_what_is_wrong_in_every_line_of_its_bad_sample(
    rule: str, module: ModuleType, tmp_path: Path
) -> None:
    found = [one for one in checked(tmp_path, module.BAD).findings if one.rule == rule]
    assert found
    assert all(";" in one.message for one in found), "it says what is wrong; and what would be right"
    assert module.__doc__ and len(module.__doc__.splitlines()) == 1, "its docstring is its title"
    if hasattr(module, "check") and rule not in ("blank-line", "answer-not-breakdown", "prompt-not-seed"):
        assert {one.line for one in found} == set(range(1, len(module.BAD.training) + 1))


@pytest.mark.parametrize(("rule", "module"), RULES.items())
def test_a_rule_accepts_its_good_sample(rule: str, module: ModuleType, tmp_path: Path) -> None:
    assert not [one for one in checked(tmp_path, module.GOOD).findings if one.rule == rule]


@pytest.mark.parametrize(("rule", "module"), RULES.items())
def test_a_rule_that_can_be_mended_is_mended_and_breaks_nothing_else(
    rule: str, module: ModuleType, tmp_path: Path
) -> None:
    if not hasattr(module, "FIX"):
        return
    paths = write(tmp_path, module.BAD)
    before = lint(paths, scope_of(module.BAD)).rows
    assert fix({"training": paths["training"]}, scope_of(module.BAD))["training"][rule]
    after = lint(paths, scope_of(module.BAD)).rows
    assert after[rule] == 0
    assert all(after[other] <= before[other] for other in RULES)


@pytest.mark.parametrize("name", profile_names())
def test_a_profile_says_where_each_limit_comes_from_and_takes_a_file_of_its_own_shape(
    name: str, tmp_path: Path
) -> None:
    profile = read_profile(name)
    assert profile.source and all(source.url and source.says and source.seen for source in profile.source)
    messages = [{"role": "user", "content": "Split: {n}"}, {"role": "assistant", "content": "a = {n}"}]
    system = [{"role": "system", "content": "Split it."}]
    own = {"messages": system + messages} if profile.system == "message" else {"system": "a", "messages": messages}
    path = tmp_path / "own.jsonl"
    path.write_text("".join(json.dumps(own).replace("{n}", str(n)) + "\n" for n in range(40)), encoding="utf-8")
    found = lint({"training": path}, Scope(profile))
    assert not [one for one in found.findings if one.severity == "error"]
    other = {"system": "a", "messages": messages} if profile.system == "message" else {"messages": system + messages}
    path.write_text("".join(json.dumps(other).replace("{n}", str(n)) + "\n" for n in range(40)), encoding="utf-8")
    assert lint({"training": path}, Scope(profile)).rows["system-place"] == 40


def test_a_finding_has_its_file_line_column_and_all_lines_involved(tmp_path: Path) -> None:
    sample = Sample((chat(), chat("Target: undefined"), chat(answer="I want = deseo")))
    findings = {one.rule: one for one in checked(tmp_path, sample).findings}
    path = str(tmp_path / "training.jsonl")
    contradiction = findings["contradiction"]
    assert (contradiction.file, contradiction.lines) == (path, (f"{path}:1", f"{path}:3"))
    placeholder = findings["placeholder"]
    assert (placeholder.line, placeholder.column) == (2, sample.training[1].index("undefined") + 1)  # type: ignore[arg-type]
    assert str(placeholder).startswith(f"{path}:2:{placeholder.column}: placeholder: 'undefined' stands")


def test_a_validation_row_that_repeats_a_training_prompt_is_no_contradiction_but_is_on_both_sides(
    tmp_path: Path,
) -> None:
    rows = checked(tmp_path, Sample((chat(),), (chat(answer="a = b"), chat(answer="a = c")))).rows
    assert (rows["contradiction"], rows["prompt-on-both-sides"]) == (0, 2)


def test_a_few_texts_that_read_as_another_language_are_no_finding_by_themselves(tmp_path: Path) -> None:
    wrong = RULES["wrong-language"]
    good, italian = wrong.GOOD.training, wrong.BAD.training[-2:]
    assert checked(tmp_path, Sample((*good, *italian))).rows["wrong-language"] == 0
    assert checked(tmp_path, wrong.BAD).rows["wrong-language"] == 4


def test_the_same_wrong_line_many_times_is_one_text(tmp_path: Path) -> None:
    wrong = RULES["wrong-language"]
    assert checked(tmp_path, Sample((*wrong.GOOD.training, *wrong.BAD.training[-1:] * 5))).rows["wrong-language"] == 0


def test_one_odd_text_that_is_read_has_every_text_of_its_course_in_the_piece_read(tmp_path: Path) -> None:
    """Of many texts 150 are read: 2 % of a course's, apart, would be passed over in part."""
    wrong = RULES["wrong-language"]
    wrong.guessed.cache_clear()
    spanish = [wrong.spanish(f"Quiero comprar {number} manzanas rojas en el mercado.") for number in range(392)]
    for place in range(8):
        spanish.insert(49 * place, wrong.spanish(f"Vorrei comprare {place} mele rosse al mercato stamattina."))
    assert checked(tmp_path, Sample(tuple(spanish))).rows["wrong-language"] == 8
    assert wrong.guessed.cache_info().currsize >= 400
    wrong.guessed.cache_clear()
    assert checked(tmp_path, Sample(tuple(line for line in spanish if "Quiero" in line))).rows["wrong-language"] == 0
    assert wrong.guessed.cache_info().currsize == wrong.MANY + 1, "and the one sentence that all are a translation of"


@pytest.mark.parametrize("every", [2, 4, 7])
@pytest.mark.parametrize("rows", [100, 1000])
def test_texts_of_another_language_are_found_at_whatever_places_they_stand(
    tmp_path: Path, rows: int, every: int
) -> None:
    wrong = RULES["wrong-language"]
    spanish, italian = "Quiero comprar {} manzanas rojas en el mercado.", "Vorrei comprare {} mele rosse al mercato."
    for right in (True, False):
        lines = [
            wrong.spanish((spanish if (number % every == 0) == right else italian).format(number))
            for number in range(rows)
        ]
        odd = sum((number % every == 0) != right for number in range(rows))
        assert checked(tmp_path, Sample(tuple(lines))).rows["wrong-language"] == odd


def test_of_more_labels_than_are_told_apart_the_rest_is_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = RULES["wrong-language"]
    rows = [*wrong.GOOD.training, *(wrong.spanish(f"Vorrei comprare {n} mele rosse al mercato.") for n in range(30))]
    rows += [chat(f"Split: {n}", f"{n} = {n}") for n in range(40)]
    paths = write(tmp_path, Sample(tuple(rows)))
    scope = Scope(read_profile("anthropic"), lego=True)
    whole = lint(paths, scope)
    assert (whole.rows["wrong-language"], whole.rows["lopsided-classes"]) == (30, 0)
    monkeypatch.setattr(found, "LABELS", 10)
    assert lint(paths, scope) == whole


def test_a_line_without_end_is_refused_before_it_fills_the_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pieces, "PIECE", 100)
    monkeypatch.setattr(pieces, "LONGEST", 1 << 20)
    path = tmp_path / "training.jsonl"
    path.write_text(f"{chat()}\n{chat(answer='a' * 3_000_000)}\n", encoding="utf-8")
    with pytest.raises(FinetuneError, match=r"training\.jsonl:2: a line of over 1 MB; write an object a line") as error:
        lint({"training": path}, Scope(read_profile("anthropic")))
    assert error.value.exit_code == 2


def test_json_has_every_finding_and_every_rule_s_rows(tmp_path: Path) -> None:
    write(tmp_path, Sample((chat(answer="a "), chat("Split: b", " b"))))
    found = json.loads(HERE.python("-m", "finetune", "lint", str(tmp_path / "training.jsonl"), "--json", code=1))
    assert set(found["findings"][0]) == {"file", "line", "column", "rule", "severity", "message", "lines"}
    assert found["counts"]["answer-edge-space"] == 2
    assert set(found["counts"]) == set(RULES)
    assert found["records"] == {"training": 2}


def test_github_is_told_in_its_own_words(tmp_path: Path) -> None:
    write(tmp_path, Sample((line := chat(answer="It is [cut at 100%]"),)))
    told = HERE.python("-m", "finetune", "lint", str(tmp_path / "training.jsonl"), "--github", code=1)
    place = f"::error file={tmp_path}/training.jsonl,line=1,col={line.index('[cut') + 1},title=truncated-text::"
    assert told == f"{place}the answer ends with '[cut at 100%25]'; write the whole of it\n"


def test_sarif_names_every_rule_and_where_each_finding_is(tmp_path: Path) -> None:
    write(tmp_path, Sample((chat(), chat(answer="I want = deseo"))))
    log = json.loads(HERE.python("-m", "finetune", "lint", str(tmp_path / "training.jsonl"), "--sarif", code=1))
    (run,) = log["runs"]
    assert log["version"] == "2.1.0"
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == list(RULES)
    first = run["results"][0]
    assert (first["ruleId"], first["level"]) == ("contradiction", "error")
    assert first["locations"][0]["physicalLocation"]["region"] == {"startLine": 1}
    assert [place["physicalLocation"]["region"]["startLine"] for place in first["relatedLocations"]] == [1, 2]


def test_the_exit_code_is_0_for_a_clean_file_1_for_an_error_and_0_for_a_warning(tmp_path: Path) -> None:
    path = str(tmp_path / "training.jsonl")
    write(tmp_path, Sample((chat(),)))
    assert "0 errors, 0 warnings" in HERE.python("-m", "finetune", "lint", path)
    write(tmp_path, Sample((chat(), chat("split i WANT to eat"))))
    assert "near-duplicate: its prompt is that of" in HERE.python("-m", "finetune", "lint", path)
    write(tmp_path, Sample((chat(), chat())))
    assert "1 error, 0 warnings" in HERE.python("-m", "finetune", "lint", path, code=1)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["no.jsonl"], "no.jsonl: no such file; check the path"),
        (["{folder}"], "a folder, not a file; name a .jsonl file"),
        (["{file}", "no.jsonl"], "no.jsonl: no such file"),
        (["{file}", "--profile", "mine"], "--profile: unknown: mine; known: anthropic, bedrock, fireworks,"),
        ([], "name the training file"),
    ],
)
def test_what_cannot_be_read_is_said_and_exits_with_2(tmp_path: Path, arguments: list[str], said: str) -> None:
    write(tmp_path, Sample((chat(),)))
    given = [word.format(folder=tmp_path, file=tmp_path / "training.jsonl") for word in arguments]
    assert said in HERE.python("-m", "finetune", "lint", *given, code=2)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (gzip.compress(chat().encode()), "a gzip file, not text; unpack it first"),
        (chat().encode("utf-16"), "UTF-16, not UTF-8; save it as UTF-8"),
        (b"[\n " + chat().encode() + b"\n]\n", "one JSON value, not a line for each; write an object a line"),
    ],
    ids=["gzip", "utf-16", "array"],
)
def test_a_file_that_is_no_lines_of_text_is_refused_as_what_it_is_and_never_mended(
    tmp_path: Path, content: bytes, said: str
) -> None:
    path = tmp_path / "training.jsonl"
    path.write_bytes(content)
    assert said in HERE.python("-m", "finetune", "lint", str(path), "--fix", code=2)
    assert path.read_bytes() == content


def test_a_pipe_is_refused_since_it_cannot_be_read_twice(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert "no plain file" in HERE.python("-m", "finetune", "lint", str(tmp_path / "pipe"), code=2)


def test_a_file_with_a_line_that_is_not_utf_8_is_not_mended(tmp_path: Path) -> None:
    path = tmp_path / "training.jsonl"
    path.write_bytes(chat(answer="a ").encode() + b"\n\n\xff\n")
    assert "training.jsonl:3: not UTF-8 (byte 1)" in HERE.python("-m", "finetune", "lint", str(path), "--fix", code=2)
    assert path.read_bytes() == chat(answer="a ").encode() + b"\n\n\xff\n"


def test_a_mended_file_keeps_its_mode_and_its_link_and_one_without_faults_its_bytes(tmp_path: Path) -> None:
    path, link = tmp_path / "training.jsonl", tmp_path / "link.jsonl"
    path.write_text(chat(answer="a "), "utf-8")
    path.chmod(0o600)
    link.symlink_to(path)
    HERE.python("-m", "finetune", "lint", str(link), "--fix")
    assert link.is_symlink()
    assert (path.read_text("utf-8"), path.stat().st_mode & 0o777) == (chat(answer="a") + "\n", 0o600)
    path.write_text(chat(), "utf-8")  # without a line end
    assert "nothing to mend" in HERE.python("-m", "finetune", "lint", str(path), "--fix")
    assert path.read_text("utf-8") == chat()


def test_code_keeps_the_indentation_that_it_begins_with(tmp_path: Path) -> None:
    write(tmp_path, Sample((chat(answer="    x = 1\n    y = 2\n"),)))
    fix({"training": tmp_path / "training.jsonl"}, Scope(read_profile("anthropic")))["training"]
    mended = json.loads((tmp_path / "training.jsonl").read_text("utf-8"))
    assert mended["messages"][1]["content"] == "    x = 1\n    y = 2"


def test_a_rule_that_is_ignored_is_counted_and_fails_nothing(tmp_path: Path) -> None:
    write(tmp_path, Sample((chat(), chat(answer="I want = deseo"))))
    path = str(tmp_path / "training.jsonl")
    told = HERE.python("-m", "finetune", "lint", path, "--ignore", "contradiction,duplicate")
    assert "ignored: contradiction in 2 rows" in told
    assert "0 errors" in told
    assert "no rule 'contra'; known: answer-edge-space," in HERE.python(
        "-m", "finetune", "lint", path, "--ignore", "contra", code=2
    )


def test_some_rules_alone_can_be_looked_at(tmp_path: Path) -> None:
    write(tmp_path, Sample((chat(answer="a "), chat(answer="I want = deseo"))))
    path = str(tmp_path / "training.jsonl")
    told = HERE.python("-m", "finetune", "lint", path, "--only", "contradiction", "--only", "duplicate,secret", code=1)
    assert "contradiction" in told and "answer-edge-space" not in told
    assert "(3 rules, " in told


def test_examples_are_lego_ones_though_the_first_line_is_spoilt(tmp_path: Path) -> None:
    write(tmp_path, Sample(("{", lego(("the", "el"), target="El vino.", known="The wine."))))
    assert "broken-law" in HERE.python("-m", "finetune", "lint", str(tmp_path / "training.jsonl"), code=1)


def test_a_place_is_told_as_it_is_whatever_its_number(tmp_path: Path) -> None:
    write(tmp_path, Sample((*(chat(f"Split: {number}") for number in range(99)), chat(answer="a "))))
    path = tmp_path / "training.jsonl"
    assert f"{path}:100:{chat(answer='a ').index('a ') + 2}: answer-edge-space" in HERE.python(
        "-m", "finetune", "lint", str(path), code=1
    )


def test_a_column_is_that_of_the_text_that_has_it_and_a_leak_is_told_once_a_text(tmp_path: Path) -> None:
    line = chat("Is ${a} a word?", "${a}, é and ${a}")
    found = checked(tmp_path, Sample((line,))).findings
    assert [(one.column, one.rule) for one in found] == [
        (line.index("${a}") + 1, "placeholder"),
        (line.index("${a},") + 1, "placeholder"),
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("5 + 3", "5 - 3"),
        ("C", "C++"),
        ("0.5", "05"),
        ("-4 > 2", "4 < 2"),
        ("Thanks", "Thanks, no"),
        ("Compute 5! + 3.", "Compute 5 + 3!"),
        ("3 != 4", "3 = 4"),
        ("1 23 4", "12 3 4"),
        ("At 1:30", "At 130"),
        ("now here", "nowhere"),
    ],
)
def test_a_sum_a_sign_or_a_decimal_point_makes_another_prompt(one: str, other: str, tmp_path: Path) -> None:
    assert checked(tmp_path, Sample((chat(one),), (chat(other),))).findings == []
    assert [found.rule for found in checked(tmp_path, Sample((chat(one),), (chat(f" {one}!"),))).findings] == [
        "near-copy-on-both-sides"
    ]


def test_a_dialogue_is_no_copy_of_another_that_ends_with_the_same_question(tmp_path: Path) -> None:
    first, second = (
        talk(("user", asked), ("assistant", "Yes."), ("user", "Thanks"), ("assistant", "Welcome."))
        for asked in ("Is it one?", "Is it two?")
    )
    assert checked(tmp_path, Sample((first,), (second,))).findings == []


def test_one_dialogue_with_other_weights_is_another_example(tmp_path: Path) -> None:
    lines = [
        json.dumps({"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b", "weight": w}]})
        for w in (0, 1)
    ]
    found = checked(tmp_path, Sample((*lines, lines[0]), profile="openai")).findings
    assert [(one.rule, one.line) for one in found if one.rule != "weight"] == [("duplicate", 3), ("too-little-data", 0)]


def test_what_a_tool_or_a_call_says_is_read_too(tmp_path: Path) -> None:
    call = {"id": "1", "type": "function", "function": {"name": "f", "arguments": '{"key": "' + KEY + '"}'}}
    turns = [{"role": "user", "content": "a"}, {"role": "assistant", "content": None, "tool_calls": [call]}]
    found = checked(tmp_path, Sample((json.dumps({"messages": turns}),), profile="openai")).rows
    assert found["secret"] == 1


def test_a_sarif_place_is_a_uri(tmp_path: Path) -> None:
    path = tmp_path / "a b%.jsonl"
    path.write_text(chat(answer="a "), "utf-8")
    told = json.loads(HERE.python("-m", "finetune", "lint", str(path), "--sarif", code=1))
    (result,) = told["runs"][0]["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == path.as_uri()


def test_a_sarif_place_is_a_uri_where_a_name_is_no_utf_8(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"a \xff#.jsonl")
    path.write_text(chat(answer="a "), "utf-8")
    asked = [sys.executable, "-m", "finetune", "lint", path.name, "--sarif"]
    told = subprocess.run(asked, cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True)
    (run,) = json.loads(told.stdout)["runs"]
    assert run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "a%20%FF%23.jsonl"
    assert run["columnKind"] == "unicodeCodePoints"


def test_rules_that_would_all_be_ignored_are_refused(tmp_path: Path) -> None:
    write(tmp_path, Sample((chat(),)))
    asked = (str(tmp_path / "training.jsonl"), "--only", "secret, contradiction", "--ignore")
    assert "1 rule" in HERE.python("-m", "finetune", "lint", *asked, "contradiction")
    told = HERE.python("-m", "finetune", "lint", *asked, "contradiction,secret", code=2)
    assert "--only: all of these rules are ignored" in told


def test_an_empty_file_has_too_few_records(tmp_path: Path) -> None:
    found = checked(tmp_path, Sample(()))
    assert [(one.rule, one.line) for one in found.findings] == [("too-little-data", 0)]


def test_fix_mends_what_leaves_no_choice_and_says_what_it_did(tmp_path: Path) -> None:
    path = tmp_path / "training.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + "\n\n".join([chat(answer="a = b  "), chat(answer="a = b"), chat("c")]).encode())
    told = HERE.python("-m", "finetune", "lint", str(path), "--fix")
    assert f"{path}: answer-edge-space 1, blank-line 2, byte-order-mark 1, duplicate 1" in told
    assert path.read_text("utf-8") == chat(answer="a = b") + "\n" + chat("c") + "\n"


def test_a_list_of_the_rules_can_be_had() -> None:
    told = HERE.python("-m", "finetune", "lint", "--rules")
    assert "contradiction (error): One prompt has one answer." in told
    assert len(told.splitlines()) == len(RULES)


def test_a_large_file_is_checked_in_pieces_by_two_processes_and_told_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same files, once whole and in memory, once in many pieces and on disk."""
    rows = [
        lego((f"one {n}", f"uno {n}"), seed_id=f"S{n:04}", target=f"Uno {n}.", known=f"One {n}.") for n in range(600)
    ]
    training = (
        *rows[:500],
        rows[7],
        chat("Target: undefined"),
        "{",
        rows[3].replace("Spanish", "Basque"),
        rows[9][:-2],
    )
    paths = write(tmp_path, Sample(training, (*rows[500:], rows[11], rows[7])))
    scope = Scope(read_profile("anthropic"), lego=True)
    whole = lint(paths, scope)
    monkeypatch.setattr(pieces, "PIECE", 10_000)
    monkeypatch.setattr(linting, "LARGE", 0)
    monkeypatch.setattr(buckets, "LARGEST", 5 * SIZE)
    assert sum(1 for side, path in paths.items() for _ in pieces.pieces(side, path)) > 15
    in_pieces = lint(paths, scope)
    assert in_pieces == whole
    assert whole.rows["duplicate"] == 1 and whole.rows["prompt-on-both-sides"] == 2
    assert {one.line for one in whole.findings if one.rule == "not-json"} == {503, 505}


@pytest.mark.parametrize("held", [1, 3, 10])
def test_a_group_of_any_size_is_looked_at_in_parts_and_told_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, held: int
) -> None:
    training = [chat("Split: one", f"a = {n % 9}") for n in range(20)]
    training += [chat(f"Split: {'two' if n % 3 else 'Two'}{'!' * (n % 2)}", "b = c") for n in range(12)]
    training += [lego((f"one {n}", "uno"), seed_id=f"S{n % 4:04}", claims=(("I", "yo"),)) for n in range(12)]
    validation = [chat("Split: one", f"a = {n}") for n in range(5)] + [chat("split: TWO", f"d = {n}") for n in range(4)]
    validation += [lego(("I", "yo"), ("we", "yo"), ("I", "yo"), seed_id=f"S{n:04}") for n in range(6)]
    paths = write(tmp_path, Sample(tuple(training), tuple(validation)))
    scope = Scope(read_profile("anthropic"), lego=True)
    whole = lint(paths, scope)
    across = ("prompt-on-both-sides", "near-copy-on-both-sides", "seed-on-both-sides", "claim-leak")
    assert all(whole.rows[rule] for rule in ("contradiction", "duplicate", "near-duplicate", *across))
    monkeypatch.setattr(entries, "HELD", held)
    monkeypatch.setattr(groups, "HELD", held)
    read = Bucket.read

    def in_chunks(bucket: Bucket) -> Iterator[bytes]:
        (data,) = read(bucket)
        return (data[at : at + 3 * SIZE] for at in range(0, len(data), 3 * SIZE))

    monkeypatch.setattr(Bucket, "read", in_chunks)
    assert lint(paths, scope) == whole


def test_findings_of_a_rule_beyond_a_thousand_are_counted_and_not_kept(tmp_path: Path) -> None:
    found = checked(tmp_path, Sample(tuple(chat(f"Split: {n}", f"a = {n} ") for n in range(1200))))
    assert found.rows["answer-edge-space"] == 1200
    assert len(found.findings) == 1000


@pytest.mark.parametrize(
    "line",
    [
        b"\x00\xff",
        b"[" * 100_000,
        b'{"messages": null}',
        b'{"messages": [null, 1, "a", {"role": [], "content": {}}]}',
        b'{"system": null, "messages": []}',
        b'{"messages": [{"role": "user", "content": [{"type": "text", "text": 1}, null]}]}',
        b'{"messages": [{"role": "system"}]}',
        b'{"messages": [{"role": "user", "content": "\\ud800"}, {"role": "assistant", "content": "\\udfff"}]}',
        b"1e999",
        b'"' + b"a" * 1000,
    ],
)
@pytest.mark.parametrize("profile", profile_names())
def test_a_line_of_any_kind_has_findings_and_never_a_traceback(line: bytes, profile: str, tmp_path: Path) -> None:
    path = tmp_path / "training.jsonl"
    path.write_bytes(line + b"\n" + chat().encode() + b"\n")
    for is_lego in (False, True):
        found = lint({"training": path, "validation": path}, Scope(read_profile(profile), lego=is_lego))
        assert [one for one in found.findings if one.line == 1]
        assert msgspec.json.encode(found.findings)


def raw(*lines: bytes) -> bytes:
    return b"".join(line + b"\n" for line in lines)


def linted(folder: Path, *lines: bytes, profile: str = "anthropic", is_lego: bool = False) -> Linted:
    path = folder / "training.jsonl"
    path.write_bytes(raw(*lines))
    return lint({"training": path}, Scope(read_profile(profile), lego=is_lego))


def mended(folder: Path, *lines: bytes, profile: str = "anthropic") -> tuple[dict[str, int], bytes]:
    """What was mended, and the file; it is mended twice, and the second time changes nothing."""
    path, scope = folder / "training.jsonl", Scope(read_profile(profile))
    path.write_bytes(raw(*lines))
    fixed, content = fix({"training": path}, scope)["training"], path.read_bytes()
    assert not fix({"training": path}, scope)["training"] and path.read_bytes() == content
    return dict(fixed), content


def openai(question: object, answer: object, **more: object) -> bytes:
    messages = [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]
    return json.dumps({"messages": messages, **more}).encode()


@pytest.mark.parametrize(
    "role",
    ["\\ud800", "a\\n::error::b", "\\u001b[2J", "\\u2028", "\\u202e"],
    ids=["half", "line", "escape", "ls", "rtl"],
)
def test_a_finding_is_one_line_of_characters_that_can_be_written_whatever_is_in_the_file(
    tmp_path: Path, role: str
) -> None:
    line = talk(("user", "a"), ("ROLE", "b")).replace("ROLE", role).encode()
    found = linted(tmp_path, line)
    assert [one for one in found.findings if one.rule == "role-order"]
    for text in (*map(str, found.findings), *findings.as_annotations(found)):
        assert text.isprintable() and text.encode()
    assert json.dumps(findings.as_json(found), ensure_ascii=False).encode()
    assert json.dumps(findings.as_sarif(found), ensure_ascii=False).encode()


def test_a_file_whose_name_is_not_utf_8_is_linted(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"\xff.jsonl")
    path.write_bytes(chat(answer="a ").encode() + b"\n")
    told = HERE.python("-m", "finetune", "lint", str(path), code=1)
    assert f"{tmp_path}/\\udcff.jsonl:1:{AT}: answer-edge-space" in told
    found = json.loads(HERE.python("-m", "finetune", "lint", str(path), "--json", code=1))
    assert found["findings"][0]["file"] == str(path)


@pytest.mark.parametrize("depth", [101, 500, 900, 960, 990, 5000, 100_000])
@pytest.mark.parametrize("where", ["role", "content", "id"])
def test_lists_in_lists_are_a_finding_however_many(tmp_path: Path, depth: int, where: str) -> None:
    deep = "[" * depth + "]" * depth
    line = talk(("user", "a"), ("assistant", "b"), id=1).replace(
        {"role": '"assistant"', "content": '"b"', "id": "1"}[where], deep
    )
    found = linted(tmp_path, line.encode(), profile="openai")
    assert found.rows["not-json"] == 1
    assert fix({"training": tmp_path / "training.jsonl"}, Scope(read_profile("openai")))["training"] == {}


def test_a_number_of_thousands_of_digits_in_an_answer_is_no_traceback(tmp_path: Path) -> None:
    found = linted(tmp_path, chat(answer='{"a": ' + "1" * 5000 + "}").encode(), is_lego=True)
    assert found.rows["answer-not-breakdown"] == 1


def test_a_language_with_a_nul_in_its_name_is_no_traceback(tmp_path: Path) -> None:
    line = lego(("I want", "quiero"), target_language="\0", target="Quiero comer algo con mi familia.")
    assert linted(tmp_path, line.encode(), is_lego=True).lines == {"training": 1}


def test_half_a_surrogate_pair_is_found_in_a_key_and_in_a_call_too(tmp_path: Path) -> None:
    call = [{"function": {"name": "split", "arguments": "HALF"}}]
    line = openai("a", None).replace(b'"content": null', b'"content": null, "tool_calls": ' + json.dumps(call).encode())
    for half in (line.replace(b"HALF", b"\\ud800"), line.replace(b'"arguments"', b'"\\udfff"')):
        assert linted(tmp_path, half, profile="openai").rows["lone-surrogate"] == 1
    assert linted(tmp_path, line.replace(b"HALF", b"\\ud83d\\ude00"), profile="openai").rows["lone-surrogate"] == 0


@pytest.mark.parametrize(
    "text",
    [
        "\n" * 100_000,
        "a" * 100_000 + " @",
        "<%" * 50_000,
        "a: b" + "*" * 100_000 + "c",
        "a_" * 50_000 + "@",
        "eyJ-" * 25_000,
        "sk-" * 33_000,
        "${" + "A" * 100_000,
        "é" * 50_000,
    ],
    ids=["lines", "letters", "marks", "stars", "words", "tokens", "keys", "variable", "escapes"],
)
def test_a_long_text_takes_time_by_its_length_and_not_by_the_square_of_it(tmp_path: Path, text: str) -> None:
    begun = time.perf_counter()
    linted(tmp_path, chat(text).encode(), chat(answer=text).encode())
    assert time.perf_counter() - begun < 5, "it took minutes"


def test_a_name_and_its_value_are_found_in_markup_line_by_line() -> None:
    said = (
        "**Target Language:** Spanish\n> *known_language*: `English`  \n\n- Seed:\tS0001 \nno name\n: no name\n a: b: c"
    )
    line = read_line("training", 1, chat(said).encode(), Scope(read_profile("anthropic")))
    assert fields(line) == {"target_language": "Spanish", "known_language": "English", "seed": "S0001", "a": "b: c"}


IMAGE, OTHER_IMAGE = ([{"type": "image_url", "image_url": {"url": f"https://example.com/{n}.png"}}] for n in (1, 2))
SAID = [{"type": "text", "text": "b"}]
CALL, OTHER_CALL = ([{"id": "1", "type": "function", "function": {"name": name, "arguments": "{}"}}] for name in "ab")


def called(calls: object) -> bytes:
    answer = {"role": "assistant", "content": None, "tool_calls": calls}
    return json.dumps({"messages": [{"role": "user", "content": "a"}, answer]}).encode()


@pytest.mark.parametrize(
    ("one", "other", "profile"),
    [
        (openai(IMAGE, "a"), openai(OTHER_IMAGE, "a"), "openai"),
        (called(CALL), called(OTHER_CALL), "openai"),
        (openai("a", "b", tools=CALL), openai("a", "b", tools=OTHER_CALL), "openai"),
        (chat().encode(), chat().encode().replace(b'"role": "assistant", ', b""), "anthropic"),
        (openai(SAID, "a"), openai([{**SAID[0], "type": "thinking"}], "a"), "openai"),
    ],
    ids=["image", "call", "tools", "role", "type"],
)
def test_examples_that_differ_in_what_is_no_text_are_no_duplicates_and_none_is_dropped(
    tmp_path: Path, one: bytes, other: bytes, profile: str
) -> None:
    assert linted(tmp_path, one, other, profile=profile).rows["duplicate"] == 0
    assert mended(tmp_path, one, other, profile=profile) == ({}, raw(one, other))
    assert mended(tmp_path, one, one, profile=profile) == ({"duplicate": 1}, raw(one))


def test_two_answers_to_one_image_are_a_contradiction_and_to_two_images_none(tmp_path: Path) -> None:
    one, other = openai(IMAGE, "a"), openai(IMAGE, "b")
    assert linted(tmp_path, one, other, profile="openai").rows["contradiction"] == 2
    assert linted(tmp_path, one, openai(OTHER_IMAGE, "b"), profile="openai").rows["contradiction"] == 0


@pytest.mark.parametrize(
    ("line", "content", "fixed"),
    [
        (b"\xef\xbb\xbf", b"", {"byte-order-mark": 1, "blank-line": 1}),
        (b"\xef\xbb\xbf" * 3 + b"{}", b"{}\n", {"byte-order-mark": 1}),
        (
            b"\xef\xbb\xbf" + chat(answer="a ").encode(),
            chat(answer="a").encode() + b"\n",
            {"byte-order-mark": 1, "answer-edge-space": 1},
        ),
    ],
)
def test_a_line_is_mended_until_there_is_nothing_to_mend(
    tmp_path: Path, line: bytes, content: bytes, fixed: dict[str, int]
) -> None:
    assert mended(tmp_path, line) == (fixed, content)


@pytest.mark.parametrize(
    "line",
    [
        openai("a", "b ", weight=0).replace(b'"weight": 0', b'"weight": 1, "weight": 0'),
        openai("a", "b ", weight=0).replace(b'"content"', b'"cont\\u0065nt"'),
        openai("a", "b ", weight=0).replace(b'"weight": 0', b'"x\\"content": "b "'),
        openai("a", [{"type": "text", "text": " b "}], weight=0.10),
    ],
    ids=["twice", "escaped", "beside", "parts"],
)
def test_a_line_of_which_the_answer_is_not_surely_known_is_kept_as_it_is(tmp_path: Path, line: bytes) -> None:
    assert mended(tmp_path, line, profile="openai") == ({}, raw(line))


@pytest.mark.parametrize("weight", [b"1e999", b"-0", b"0.10", b"1" * 400, b"1e-99999999999999999999"])
@pytest.mark.parametrize("asked", [b"b ", b"\\ud800", b"\\u2028\\/\\u00e9", "é".encode()])
@pytest.mark.parametrize("blank", [b" ", b"\\n", b"\\u00a0", b"\\u000a\xe2\x80\x8b"])
def test_what_is_mended_has_every_other_byte_as_it_was(
    weight: bytes, asked: bytes, blank: bytes, tmp_path: Path
) -> None:
    line = (
        openai("a", "b", weight=0)
        .replace(b'"weight": 0', b' "weight" : ' + weight)
        .replace(b'"a"', b'"' + asked + b'"')
    )
    blanks = line.replace(b'"b"', b'"' + blank + b"b" + blank + b'"')
    assert mended(tmp_path, blanks, profile="openai")[1] == raw(line)


def test_a_message_that_is_no_object_does_not_keep_an_answer_from_being_mended(tmp_path: Path) -> None:
    line = openai("a", "b ").replace(b'"messages": [', b'"messages": ["c", null, ')
    assert mended(tmp_path, line, profile="openai") == ({"answer-edge-space": 1}, raw(line.replace(b"b ", b"b")))


def test_a_file_to_mend_that_is_not_there_is_said_and_exits_with_2() -> None:
    told = HERE.python("-m", "finetune", "lint", "no.jsonl", "--fix", "--examples", "chat", code=2)
    assert "no.jsonl: no such file" in told


@pytest.mark.parametrize(
    "content",
    [
        b"title = '\xff'",
        "title = 'a'".encode("utf-16"),
        b"a = " + b"[" * 5000,
        b"a = " + b"1" * 5000,
        b"a = 2026-99-99",
    ],
    ids=["utf-8", "utf-16", "deep", "digits", "day"],
)
def test_a_profile_of_any_bytes_is_refused_with_its_file(
    tmp_path: Path, content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "own.toml").write_bytes(content)
    monkeypatch.setattr(profiles, "FOLDER", tmp_path)
    with pytest.raises(FinetuneError) as error:
        read_profile("own")
    assert error.value.where == str(tmp_path / "own.toml")


@pytest.mark.parametrize("piece", [1, 50, 700])
def test_a_file_of_bad_lines_in_pieces_of_any_size_is_told_as_a_whole(
    tmp_path: Path, piece: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every rule's samples, in one file."""
    samples = [sample for module in RULES.values() for sample in (module.GOOD, module.BAD)]
    lines = [line for sample in samples for line in sample.training[:3] + sample.validation[:2]]
    path = tmp_path / "all.jsonl"
    path.write_bytes(Sample(tuple(lines)).content("training") + b"\r\n\xef\xbb\xbf\n\n{")
    for name in profile_names():
        scope = Scope(read_profile(name), lego=name == "anthropic")
        monkeypatch.undo()
        whole = lint({"training": path, "validation": path}, scope)
        monkeypatch.setattr(linting, "TOGETHER", 5)
        assert lint({"training": path, "validation": path}, scope) == whole
        monkeypatch.setattr(pieces, "PIECE", piece)
        assert lint({"training": path, "validation": path}, scope) == whole
