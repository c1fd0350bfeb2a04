"""Reads the data files that a job is made for."""

from pathlib import Path

from finetune.dataset.key import sha256
from finetune.errors import unusable
from finetune.records.job import DataFile


def read_data(file: DataFile) -> bytes:
    """The bytes of a data file, which are those that the job was made for."""
    try:
        data = Path(file.path).read_bytes()
    except FileNotFoundError:
        raise unusable(file.path, "no such file", "`dvc repro prepare` or `dvc pull` brings it") from None
    if sha256(data) != file.sha256:
        raise unusable(file.path, "not the bytes that the job was made for", "run `dvc repro` from the start")
    return data
