"""The dataset linter: every rule by its own samples, files that are no good, every output, and files of any size."""

import json
from pathlib import Path
from types import ModuleType

import msgspec
import pytest

from finetune import linting
from finetune.dataset.digests import answer_digest
from finetune.dataset.lint import rule_modules
from finetune.dataset.samples import Sample, chat, lego
from finetune.files.profiles import profile_names, read_profile
from finetune.fixing import fix
from finetune.linting import Linted, lint
from finetune.records.course import Breakdown, Lego
from finetune.records.dataset import Side
from finetune.records.profile import Scope
from tests.conftest import Project
from tests.imports import ROOT

RULES = rule_modules()
WRONG = Breakdown((Lego("S0666L01", "BASE", "comer", "to eat"),), ())
HERE = Project(ROOT)


def scope_of(sample: Sample) -> Scope:
    wrong = {answer_digest("spa_for_eng", "S0666", WRONG): "c-1"} if sample.lego else {}
    return Scope(read_profile(sample.profile), lego=sample.lego, wrong=wrong)


def write(folder: Path, sample: Sample) -> dict[Side, Path]:
    sides: list[Side] = ["training", "validation"] if sample.validation else ["training"]
    paths = {side: folder / f"{side}.jsonl" for side in sides}
    for side, path in paths.items():
        path.write_bytes(sample.content(side))
    return paths


def checked(folder: Path, sample: Sample) -> Linted:
    return lint(write(folder, sample), scope_of(sample))


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
    assert fix("training", paths["training"], scope_of(module.BAD))[rule]
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


def test_json_has_every_finding_and_every_rule_s_rows(tmp_path: Path) -> None:
    write(tmp_path, Sample((chat(answer="a "), chat("Split: b", " b"))))
    found = json.loads(HERE.python("-m", "finetune", "lint", str(tmp_path / "training.jsonl"), "--json", code=1))
    assert set(found["findings"][0]) == {"file", "line", "column", "rule", "severity", "message", "lines"}
    assert found["counts"]["answer-edge-space"] == 2
    assert set(found["counts"]) == set(RULES)
    assert found["records"] == {"training": 2}


def test_github_is_told_in_its_own_words(tmp_path: Path) -> None:
    write(tmp_path, Sample((chat(answer="It is 100% [cut]"),)))
    told = HERE.python("-m", "finetune", "lint", str(tmp_path / "training.jsonl"), "--github", code=1)
    place = f"::error file={tmp_path}/training.jsonl,line=1,title=truncated-text::"
    assert told == f"{place}the answer ends with ' 100%25 [cut]'; write the whole of it\n"


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
    monkeypatch.setattr(linting, "PIECE", 10_000)
    monkeypatch.setattr(linting, "LARGE", 0)
    assert sum(1 for side, path in paths.items() for _ in linting.pieces(side, path)) > 15
    pieces = lint(paths, scope)
    assert pieces == whole
    assert whole.rows["duplicate"] == 1 and whole.rows["prompt-on-both-sides"] == 2
    assert {one.line for one in whole.findings if one.rule == "not-json"} == {503, 505}


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
