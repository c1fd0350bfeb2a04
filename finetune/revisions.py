"""Git revisions of this repository, with what DVC keeps of them, laid out as folders."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from finetune import dvc
from finetune.errors import FinetuneError, unusable


def lay_out(revision: str, folder: Path) -> None:
    """Every file that Git has of a revision, in `folder`; neither the working tree nor Git's index is touched."""
    folder.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as elsewhere:
        environment = {**os.environ, "GIT_INDEX_FILE": str(Path(elsewhere) / "index")}

        def git(*arguments: str) -> int:
            return subprocess.run(["git", *arguments], env=environment, capture_output=True, check=False).returncode

        if git("read-tree", f"{revision}^{{tree}}") or git("checkout-index", "--all", f"--prefix={folder.resolve()}/"):
            raise unusable(
                revision, "no such Git revision", f"name a commit, a branch or a tag (generations: {tags()})"
            )


def tags() -> str:
    listed = subprocess.run(["git", "tag", "--list", "gen-*"], capture_output=True, text=True, check=False).stdout
    return ", ".join(listed.split()) or "none"


def fetch(revision: str, path: Path, folder: Path) -> Path:
    """An output of a revision, from DVC's cache or remote; its path inside `folder`."""
    command = [sys.executable, "-m", "dvc", "get", ".", str(path), "--rev", revision, "--out", str(folder / path)]
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    asked = subprocess.run([*command, "--force"], env=dvc.environment(), capture_output=True, text=True, check=False)
    if asked.returncode:
        raise FinetuneError(
            f"{revision}:{path}",
            f"DVC does not have it ({' '.join(asked.stderr.partition('ERROR: ')[2].split())})",
            "`dvc fetch --all-tags` brings it from a DVC remote; without one, make it again: "
            f"`git switch --detach {revision} && make finetune && git switch -`",
        )
    return folder / path
