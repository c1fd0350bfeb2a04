"""Temporary clones of the project, for tests that run it for real."""

import atexit
import fcntl
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pytest
from playwright.sync_api import Browser, sync_playwright

from finetune.providers.local.store import is_running
from tests.imports import ROOT

SKILL = Path("skills/lego-extraction-skill")
TESTING = SKILL / "testing"
TRAINING = SKILL / "training/anthropic-format"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
BROWSER_FLAGS = (
    "--no-sandbox",  # root, as in a container, has none
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def pytest_configure() -> None:
    """Let Ctrl-C be tried on what is started here: whoever runs the tests in the background has it ignored.

    And let Python keep what it compiled, as it does for a user: else each of some thousand starts compiles all again.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def count_lines(folder: Path) -> int:
    return sum(len(path.read_text("utf-8").splitlines()) for path in (ROOT / folder).glob("*.jsonl"))


SEEDS, CORRECTIONS = count_lines(SKILL / "courses"), count_lines(SKILL / "corrections")


class Project:
    """A copy of the project in a folder of its own, with its own Git and DVC, and no generation made."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.environment = {
            **os.environ,
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "GIT_AUTHOR_NAME": "test",
            "GIT_AUTHOR_EMAIL": "test@localhost",
            "GIT_COMMITTER_NAME": "test",
            "GIT_COMMITTER_EMAIL": "test@localhost",
            "COLUMNS": "100",
        }

    def run(self, *command: str, code: int | None = 0, before: Callable[[], None] | None = None) -> str:
        """Run a command here and return all that it printed; its exit code must be `code`, unless that is None."""
        done = subprocess.run(
            command,
            cwd=self.root,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            stdin=subprocess.DEVNULL,
            preexec_fn=before,
            check=False,
        )
        assert code is None or done.returncode == code, done.stdout
        assert "Traceback" not in done.stdout, done.stdout
        return done.stdout

    def python(self, *arguments: str, code: int | None = 0) -> str:
        return self.run(sys.executable, *arguments, code=code)

    def stage(self, name: str, code: int | None = 0) -> str:
        """Run one stage and what is before it, through DVC, and return what it printed."""
        return self.run("dvc", "repro", name, code=code)

    def commit(self, message: str, tag: str = "") -> None:
        self.run("git", "add", "--all")
        self.run("git", "commit", "--quiet", "-m", message)
        if tag:
            self.run("git", "tag", tag)

    def path(self, name: str | Path) -> Path:
        return self.root / name

    def read(self, name: str | Path) -> str:
        return self.path(name).read_text(encoding="utf-8")

    def replace(self, name: str | Path, old: str, new: str) -> None:
        text = self.read(name)
        assert old in text, f"{old!r} is not in {name}"
        self.path(name).write_text(text.replace(old, new), encoding="utf-8")


def copy_project(root: Path) -> Project:
    """A copy of what Git tracks or would track, but for what a generation made; committed in a new repository."""
    shutil.copytree(template(), root, symlinks=True, dirs_exist_ok=True)
    return Project(root)


@cache
def template() -> Path:
    """What every project begins as, made once in a process; its objects are packed: it is copied hundreds of times."""
    root = Path(mkdtemp(prefix="finetune-tests-"))
    atexit.register(shutil.rmtree, root, ignore_errors=True)
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in listed.stdout.splitlines():
        made = (
            name == "dvc.lock"
            or name.startswith("jobs/")
            or (
                name.startswith((str(TESTING), str(TRAINING)))
                and not name.endswith(("generation-0-model-id.txt", "generation-0-history.json", ".gitignore"))
            )
        )
        if (ROOT / name).is_file() and not made:
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, root / name)
    params = re.sub(r"^generation: \d+", "generation: 1", (ROOT / "params.yaml").read_text("utf-8"), flags=re.MULTILINE)
    params = re.sub(r"^baseline: \d+", "baseline: 0", params, flags=re.MULTILINE)
    (root / "params.yaml").write_text(params, encoding="utf-8")
    project = Project(root)
    project.run("git", "init", "--quiet")
    project.commit("start")
    project.run("git", "gc", "--quiet")
    return root


def shrink(project: Project) -> Project:
    """Leave one course that is trained on, and one that is not: a job of seconds, for tests of what is around it."""
    for course in ("fra_for_eng", "ita_for_eng", "cmn_for_eng"):
        for kind in ("courses", "corrections"):
            project.path(SKILL / kind / f"{course}.jsonl").unlink()
    project.replace("params.yaml", "fewest_training: 32", "fewest_training: 10")
    return project


def until_the_test_ends(project: Project) -> Iterator[Project]:
    """The project; what it has started and nobody waited for is then ended: training takes a core for seconds."""
    yield project
    for lock in project.path(".finetune/local").glob("*/lock"):
        if is_running(lock.parent):
            with suppress(ProcessLookupError, ValueError):  # it ends just now, or has not said yet which process it is
                os.killpg(int(lock.read_text(encoding="utf-8")), signal.SIGKILL)


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Project]:
    """A fresh copy of the project with little data."""
    yield from until_the_test_ends(shrink(copy_project(tmp_path / "small")))


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """A fresh copy of the project."""
    yield from until_the_test_ends(copy_project(tmp_path / "project"))


@pytest.fixture(scope="session")
def generation_one(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A copy of the project in which `make finetune` made generation 1, committed and tagged. Copy it to change it.

    It takes most of a minute: of several processes that run tests one makes it, and each has a copy.
    """
    alone = "PYTEST_XDIST_WORKER" not in os.environ
    shared = tmp_path_factory.mktemp("shared") if alone else tmp_path_factory.getbasetemp().parent / "shared"
    shared.mkdir(exist_ok=True)
    with (shared / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (shared / "made.txt").exists():
            shutil.rmtree(shared / "project", ignore_errors=True)
            project = copy_project(shared / "project")
            told = project.python("-m", "finetune", "make")
            project.commit("Generation 1", tag="gen-1")
            project.run("git", "gc", "--quiet")
            (shared / "made.txt").write_text(told, encoding="utf-8")
    root = tmp_path_factory.mktemp("made") / "project"
    shutil.copytree(shared / "project", root, symlinks=True)
    project = Project(root)
    project.made = (shared / "made.txt").read_text("utf-8")  # type: ignore[attr-defined]
    return project


@pytest.fixture
def made(generation_one: Project, tmp_path: Path) -> Iterator[Project]:
    """A copy of a project with generation 1, with its DVC cache, to be changed."""
    shutil.copytree(generation_one.root, tmp_path / "made", symlinks=True)
    yield from until_the_test_ends(Project(tmp_path / "made"))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium. On CI a missing one is a failure: what nobody looked at is not tested."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        missing = f"none of {', '.join(BROWSERS)} is on PATH: `make browser` installs one"
        pytest.fail(missing) if os.environ.get("CI") else pytest.skip(missing)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=found, args=list(BROWSER_FLAGS))
        yield launched
        launched.close()
