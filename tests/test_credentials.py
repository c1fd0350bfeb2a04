"""Keys: read from the environment or from .env, and nowhere else again: not in a log, a file, an error or a report."""

import os
import secrets
import subprocess
from pathlib import Path

import pytest

from finetune import credentials
from finetune.credentials import credential, redacted
from finetune.errors import FinetuneError
from tests.conftest import Project
from tests.emulated import Emulator

CANARY = f"sk-ant-{secrets.token_hex(16)}"
"""Another one each time: it is in no file before."""


def every_file(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]


def holding(folder: Path, secret: str = CANARY) -> list[Path]:
    """The files whose bytes have the secret in them."""
    return [path for path in every_file(folder) if secret.encode() in path.read_bytes()]


def quick(project: Project) -> None:
    """Little to wait for, and no limit to what it may cost."""
    for old, new in {
        "max_cost_usd: 50": "max_cost_usd: null",
        "poll_seconds: 60": "poll_seconds: 0.2",
        "settle_seconds: 60": "settle_seconds: 0.5",
        "samples: 2": "samples: 1",
    }.items():
        project.replace("params.yaml", old, new)


def test_a_key_is_in_no_byte_that_the_whole_pipeline_writes_or_prints(small: Project, tmp_path: Path) -> None:
    quick(project := small)
    (tmp_path / "temporary").mkdir()
    emulator = Emulator(tmp_path / "emulator")
    project.environment |= {
        "ANTHROPIC_API_KEY": CANARY,
        "ANTHROPIC_BASE_URL": emulator.url,
        "ANTHROPIC_LOG": "debug",
        "TMPDIR": str(tmp_path / "temporary"),
    }
    try:
        said = project.python("-m", "finetune", "make", "--provider", "anthropic")
        said += project.python("-m", "finetune", "status", "--json") + project.python("-m", "finetune", "spend")
        said += project.python("-m", "finetune", "estimate", "--json") + project.python("-m", "finetune", "verify")
        job = next(project.path("jobs").glob("*.json")).read_text("utf-8")
        said += project.python("-m", "finetune", "cancel", job.split('"job_id": "')[1].split('"')[0])
    finally:
        emulator.stop()
    assert "HTTP Request: POST" in said, "the debug log is on"
    assert "is made: claude-sonnet-4-5:ssi-lego-v1:" in said
    project.commit("Generation 1")
    command = ["git", "cat-file", "--batch-all-objects", "--batch"]
    objects = subprocess.run(command, cwd=project.root, capture_output=True, check=True).stdout
    assert b"finetune_key" in objects, "what Git keeps compressed can be searched"
    assert CANARY not in said and CANARY.encode() not in objects
    assert len(every_file(tmp_path)) > 100
    assert holding(tmp_path) == []


def test_a_key_that_is_refused_is_not_shown_by_the_error(small: Project, tmp_path: Path) -> None:
    quick(project := small)
    emulator = Emulator(tmp_path / "emulator")
    refusal = {"method": "GET", "path": "/v1/models/.*", "every": True, "fault": "status", "code": 401}
    emulator.faults(refusal)
    project.environment |= {"ANTHROPIC_BASE_URL": emulator.url, "ANTHROPIC_LOG": "debug"}
    project.path(".env").write_text(f"ANTHROPIC_API_KEY={CANARY}\n", encoding="utf-8")
    try:
        said = project.python("-m", "finetune", "make", "--provider", "anthropic", code=None)
    finally:
        emulator.stop()
    assert "the key is not taken" in said and "check ANTHROPIC_API_KEY" in said
    assert CANARY not in said
    assert holding(tmp_path) == [project.path(".env")]
    assert ".env" not in project.run("git", "status", "--porcelain", "--untracked-files=all")


def test_the_environment_comes_before_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SOME_KEY", raising=False)
    assert credential("SOME_KEY") == ""
    Path(".env").write_text("# a comment\nSOME_KEY='of-the-file-$HOME'\n", encoding="utf-8")
    assert credential("SOME_KEY") == "of-the-file-$HOME"
    assert "SOME_KEY" not in os.environ, "no other program inherits it"
    monkeypatch.setenv("SOME_KEY", "of-the-environment")
    assert credential("SOME_KEY") == "of-the-environment"
    assert redacted("a of-the-file-$HOME b of-the-environment c") == "a [redacted] b [redacted] c"


@pytest.mark.parametrize("wrong", ["two words-long", "line\nbreak-long", "umlaut-ä-long"])
def test_a_key_that_no_header_can_hold_is_refused_unseen(monkeypatch: pytest.MonkeyPatch, wrong: str) -> None:
    monkeypatch.setenv("SOME_KEY", wrong)
    with pytest.raises(FinetuneError, match="SOME_KEY: it has a character that no key has") as error:
        credential("SOME_KEY")
    assert wrong not in str(error.value)


def test_a_word_that_stands_in_any_text_is_not_redacted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(credentials, "KNOWN", set())
    monkeypatch.setenv("SOME_KEY", "the")
    assert credential("SOME_KEY") == "the"
    assert redacted("the other") == "the other"
