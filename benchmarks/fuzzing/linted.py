"""What has to hold of files that are linted, and of files that are mended, whatever is in them."""

import json
from pathlib import Path
from typing import Any
from unittest.mock import patch

import msgspec

from benchmarks.fuzzing.case import Case
from finetune.dataset.texts.edges import BLANK
from finetune.files import pieces
from finetune.files.profiles import read_profile
from finetune.fixing import fix
from finetune.linting import Linted, is_lego, lint
from finetune.records.dataset import Side
from finetune.records.profile import Profile, Scope
from finetune.reports import findings


def paths_of(folder: Path, case: Case) -> dict[Side, Path]:
    sides: tuple[Side, ...] = ("training", "validation")
    return {side: folder / f"{side}.jsonl" for side in sides if f"{side}.jsonl" in case.files}


def linter(folder: Path, case: Case) -> None:
    """Each line is counted; one without an error is an example to any strict reader; pieces make no difference."""
    paths, scope = paths_of(folder, case), Scope(read_profile(case.profile), lego=case.lego)
    is_lego(paths["training"])
    linted = lint(paths, scope)
    wrong = {(one.file, one.line) for one in linted.findings if one.severity == "error"}
    for side, path in paths.items():
        lines = lines_of(path)
        assert linted.lines.get(side, 0) == len(lines), "each line is counted"
        for number, line in enumerate(lines, start=1):
            assert (str(path), number) in wrong or is_example(line, scope.profile), f"line {number} has no finding"
    assert {rule for rule, rows in linted.rows.items() if rows} == {one.rule for one in linted.findings}
    outputs(linted)
    with patch.object(pieces, "PIECE", case.piece):
        assert lint(paths, scope) == linted, f"in pieces of {case.piece} bytes it is told otherwise"


def lines_of(path: Path) -> list[bytes]:
    data = path.read_bytes()
    return data.removesuffix(b"\n").split(b"\n") if data else []


def outputs(linted: Linted) -> None:
    """Every way to tell findings can be encoded, and tells each in a line."""
    for value in (findings.as_json(linted), findings.as_sarif(linted)):
        assert json.loads(json.dumps(value, ensure_ascii=False).encode()) == json.loads(json.dumps(value))
    for text in (*findings.as_annotations(linted), *findings.told(linted, 5)):
        assert text.encode() and text.isprintable(), "a finding is one line, and moves no cursor"
    assert msgspec.json.encode(linted.findings)


def is_example(line: bytes, profile: Profile) -> bool:
    """Whether a strict reader that shares no code with the linter takes the line for a chat of this profile."""
    try:
        value = json.loads(line.decode(), object_pairs_hook=once, parse_constant=refused)
        json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return False
    messages = value.get("messages") if isinstance(value, dict) else None
    if not isinstance(messages, list) or not all(isinstance(one, dict) for one in messages):
        return False
    roles = [one.get("role") for one in messages]
    known = {*profile.roles, "system"}
    texts = [value.get("system", "a"), *(one.get("content") for one in messages)]
    return (
        "assistant" in roles
        and all(isinstance(role, str) and role in known for role in roles)
        and (profile.last in ("", roles[-1]))
        and set(value) <= set(profile.keys)
        and set(profile.required) <= set(value)
        and all(set(one) <= set(profile.message_keys) for one in messages)
        and all(isinstance(text, str | list) or text is None for text in texts)
        and not any(isinstance(text, str) and (not text.strip() or "\0" in text) for text in texts)
    )


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) < len(pairs):
        raise ValueError("a key stands twice")
    return dict(pairs)


def refused(constant: str) -> None:
    raise ValueError(constant)


def fixer(folder: Path, case: Case) -> None:
    """What it drops it counts, what it keeps says the same, and a second time there is nothing to mend."""
    for side, path in paths_of(folder, case).items():
        scope = Scope(read_profile(case.profile), lego=case.lego)
        before = lines_of(path)
        fixed = fix({side: path}, scope)[side]
        after, mended = lines_of(path), path.read_bytes()
        assert len(before) - len(after) == fixed["blank-line"] + fixed["duplicate"], (
            "a line is lost that is not counted"
        )
        left = list(map(meaning, before))
        for line in map(meaning, after):
            assert line in left, "a line says something else than before"
            del left[: left.index(line) + 1]
        gone = {said_in(line) for line in before} - {said_in(line) for line in after} - {b"", None}
        assert not gone, "a line that is no other's copy was dropped"
        assert not fix({side: path}, scope)[side] and path.read_bytes() == mended, (
            "there is something to mend the second time"
        )


def meaning(line: bytes) -> Any:
    """The line's JSON with its answers stripped and its keys in pairs; else its bytes."""
    bare = line.strip()
    while bare.startswith(b"\xef\xbb\xbf"):
        bare = bare.removeprefix(b"\xef\xbb\xbf").strip()
    if bare.count(b"[") + bare.count(b"{") > 500:
        return bare
    try:
        value = json.loads(bare, object_pairs_hook=list, parse_constant=str)
    except (ValueError, RecursionError):
        return bare
    return stripped(value) if isinstance(value, list) else bare


def stripped(value: list[Any]) -> Any:
    """Pairs of an object, with the contents stripped of each message that is an answer."""

    def bare(message: Any) -> Any:
        if not isinstance(message, list) or ("role", "assistant") not in message:
            return message
        return [strip(pair) if isinstance(pair, tuple) and pair[0] == "content" else pair for pair in message]

    def strip(pair: tuple[str, Any]) -> tuple[str, Any]:
        return pair[0], pair[1].strip(BLANK) if isinstance(pair[1], str) else pair[1]

    ours = [isinstance(pair, tuple) and pair[0] == "messages" and isinstance(pair[1], list) for pair in value]
    return [(pair[0], list(map(bare, pair[1]))) if our else pair for pair, our in zip(value, ours, strict=True)]


def said_in(line: bytes) -> bytes | None:
    """What makes an example: its messages without blank space, its system prompt, its tools; None where it is none."""
    try:
        value = json.loads(line.decode("utf-8-sig"))
        known = ("role", "content")
        messages = [{key: of for key, of in one.items() if key in known or of} for one in value["messages"]]
        for one in messages:
            one.pop("weight", None)
            one |= {"role": one.get("role", ""), "content": one.get("content") or ""}
            content = one["content"]
            if isinstance(content, list) and all(
                isinstance(part, str) or set(part) == {"type", "text"} for part in content
            ):
                one["content"] = "".join(part if isinstance(part, str) else part["text"] for part in content)
            if isinstance(one["content"], str):
                one["content"] = one["content"].strip(BLANK)
        if isinstance(value.get("system"), str) and value["system"].strip():
            messages.insert(0, {"role": "system", "content": value["system"].strip()})
        return json.dumps([messages, value.get("tools"), value.get("functions")], sort_keys=True).encode()
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
