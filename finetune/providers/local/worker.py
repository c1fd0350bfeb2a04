"""The process that trains one job of the local provider, and writes down how it goes."""

import fcntl
import os
import sys
import traceback
from pathlib import Path
from typing import TextIO

import msgspec

from finetune import extractor
from finetune.errors import FinetuneError, unusable
from finetune.files.chats import read_chats
from finetune.files.jsonl import dump
from finetune.files.writing import write
from finetune.providers.local.store import file_name, model_id, read_events, read_settings
from finetune.records.dataset import Chat
from finetune.records.job import Event, JobSpec, JobState
from finetune.records.located import Located


def example(line: Located[Chat]) -> extractor.Example:
    """An example as the extractor takes it: a system text, one user and one assistant message."""
    if [message.role for message in line.value.messages] != ["user", "assistant"]:
        raise unusable(line.where, "not one user and one assistant message", "one seed and its breakdown per line")
    user, assistant = line.value.messages
    return extractor.Example(system=line.value.system or "", user=user.content, assistant=assistant.content)


def rounded(loss: float | None) -> float | None:
    """To 6 decimals: beyond them lies what depends on the machine."""
    return None if loss is None else round(loss, 6)


def train(folder: Path, spec: JobSpec, events: TextIO) -> JobState:
    """Train on the job's data; the model's file is in the folder before the state says that it is there."""

    def tell(event: Event) -> None:
        events.write(dump(event))
        events.flush()

    def report(progress: extractor.Progress) -> None:
        tell(
            Event(
                progress.stage,
                round(progress.percent, 1),
                epoch=progress.epoch or None,
                loss=rounded(progress.loss),
                validation_loss=rounded(progress.validation_loss),
            )
        )

    tell(Event("validating", 0.0, "reading the examples"))
    training, validation = (
        [example(line) for line in read_chats(folder / f"{side}.jsonl")] for side in ("training", "validation")
    )
    weights = extractor.train(training, validation, read_settings(spec), report)
    data = extractor.dumps(weights)
    model = model_id(data, spec.suffix)
    write(folder / file_name(model), data)
    message = (
        "kept the base model's weights: the tuned ones were worse in cross-validation" if weights.fell_back else ""
    )
    tell(Event("deployment", 100.0, message))
    return JobState("succeeded", model_id=model, files={file_name(model): str(folder / file_name(model))})


def outcome(folder: Path) -> JobState:
    """Train, or say why not; an error that is nobody's input is told with its traceback in the worker's log."""
    spec = msgspec.json.decode((folder / "spec.json").read_bytes(), type=JobSpec)
    try:
        with (folder / "events.jsonl").open("w", encoding="utf-8") as events:
            return train(folder, spec, events)
    except FinetuneError as error:
        return JobState("failed", reason=str(error))
    except OSError:  # a full disk is no fault of the job: it is not the job's end
        raise
    except Exception as error:
        traceback.print_exc()
        return JobState("failed", reason=f"{type(error).__name__}: {error} (see {folder}/worker.log)")


def main(argv: list[str]) -> int:
    folder = Path(argv[0])
    with (folder / "lock").open("a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if (folder / "state.json").exists():
            return 0
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        state = outcome(folder)
        state = msgspec.structs.replace(state, events=read_events(folder))
        write(folder / "state.json", msgspec.json.encode(state))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
