"""Where bundles lie, and how the API is reached for answers: `submit.providers.manual.connection` of params.yaml."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from finetune.errors import unusable
from finetune.providers.anthropic import connection
from finetune.providers.anthropic.connection import Connection

SECTION = "params.yaml: submit.providers.manual"
FOLDER = "bundles"
OF_JOBS = ("datasets", "jobs", "look_up")
"""Of a connection, what is about jobs that are started over the API: a person starts these."""


def read_connection(values: Mapping[str, Any]) -> tuple[Path, Connection]:
    """The folder of the bundles, and how answers are asked for."""
    where, known = f"{SECTION}.connection", [name for name in Connection.__struct_fields__ if name not in OF_JOBS]
    if unknown := sorted(str(name) for name in values if name not in ("folder", *known)):
        raise unusable(where, f"unknown: {', '.join(unknown)}", f"known here: folder, {', '.join(known)}")
    folder = values.get("folder", FOLDER)
    if not (isinstance(folder, str) and folder):
        raise unusable(f"{where}.folder", f"{folder!r}", f"name a folder, as {FOLDER}")
    reached = {name: value for name, value in values.items() if name != "folder"}
    return Path(folder), connection.read_connection(reached, where)
