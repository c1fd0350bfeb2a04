"""A temporary environment for programs that the project does not need: gone with the benchmark."""

import subprocess
import tempfile
import venv
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from benchmarks.scale.measured import last

VERSIONS = {"datasets": "5.2.0", "duckdb": "2.0.0", "parallelogram": "0.4.2", "together": "3.1.1"}
"""The one place where they stand."""
PATIENCE = 300
"""Seconds for one installation."""


class Environment:
    """`with Environment() as environment:` and `environment.install("duckdb", print)`: why not, or nothing."""

    def __init__(self) -> None:
        self.folder: Path | None = None
        self.said: dict[str, str] = {}

    def __enter__(self) -> "Environment":
        self.kept = tempfile.TemporaryDirectory(prefix="finetune-peers-")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.kept.cleanup()

    def install(self, package: str, tell: Callable[[str], None]) -> str:
        """Install it, once; the environment is made for the first."""
        if not self.folder:
            self.folder = Path(self.kept.name) / "venv"
            try:
                venv.create(self.folder, with_pip=True)
            except (OSError, subprocess.CalledProcessError) as error:  # a Python without ensurepip
                return f"no environment ({error})"
        if package not in self.said:
            tell(f"installing {package} {VERSIONS[package]}")
            self.said[package] = self.pip(f"{package}=={VERSIONS[package]}")
        return self.said[package]

    def pip(self, requirement: str) -> str:
        assert self.folder
        words = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check", requirement)
        try:
            done = subprocess.run(
                (str(self.folder / "bin" / "python"), *words),
                capture_output=True,
                text=True,
                errors="replace",
                timeout=PATIENCE,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return f"more than {PATIENCE} s"
        return last(done.stderr) or f"exit code {done.returncode}" if done.returncode else ""
