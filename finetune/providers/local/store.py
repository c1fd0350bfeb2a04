"""The local provider's folders and names: data, events, locks, model ids."""

import fcntl
import re
from pathlib import Path

import msgspec

from finetune import extractor
from finetune.dataset.key import sha256
from finetune.errors import unusable
from finetune.records.job import Event, JobSpec

BASE_MODEL = "local-extractor"
MODEL = re.compile(rf"{BASE_MODEL}:[a-z0-9-]+:[0-9a-f]{{8}}")


def job_id_of(key: str) -> str:
    """The same key is the same job, so its id follows from it."""
    return f"local-{key[:16]}"


def model_id(weights: bytes, suffix: str) -> str:
    """Content-addressed: the same weights have the same id, wherever they were trained."""
    return f"{BASE_MODEL}:{suffix}:{sha256(weights)[:8]}"


def file_name(model: str) -> str:
    return model.replace(":", "_") + ".json"


def is_running(folder: Path) -> bool:
    """Whether a worker holds the job's lock."""
    try:
        with (folder / "lock").open("r") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            return False
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True


def read_events(folder: Path) -> tuple[Event, ...]:
    """The events so far; a last line that is being written is left for the next look."""
    try:
        lines = (folder / "events.jsonl").read_text(encoding="utf-8").split("\n")[:-1]
    except FileNotFoundError:
        return ()
    return tuple(msgspec.json.decode(line, type=Event) for line in lines)


def last_line(log: Path) -> str:
    """The last thing that a worker said, which is why it died if it says anything."""
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines() if log.exists() else []
    return lines[-1] if lines else "it left no word"


def read_settings(spec: JobSpec) -> extractor.Settings:
    try:
        return msgspec.convert(spec.hyperparameters, extractor.Settings, strict=False)
    except msgspec.ValidationError as error:
        known = ", ".join(extractor.Settings.__struct_fields__)
        raise unusable("params.yaml: submit.providers.local.hyperparameters", str(error), f"known: {known}") from None
