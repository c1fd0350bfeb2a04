"""What identifies a job: the bytes that it trains on and what it is asked for. Pure."""

import hashlib

import msgspec

from finetune.records.job import Asked, DataFile, JobSpec
from finetune.records.params import Submit


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def job_key(training: bytes, validation: bytes, params: Submit) -> str:
    """sha256 over the sha256 of each file and the canonical JSON of what is asked for: 64 hex digits.

    The same data with the same params is the same job, on every machine and in every generation. What it may cost, and
    what tokens cost, is no part of it: a new price is no reason to pay again.
    """
    asked = Asked(*(getattr(params, name) for name in Asked.__struct_fields__))
    return key_of(sha256(training), sha256(validation), asked)


def key_of(training: str, validation: str, asked: Asked) -> str:
    """The key, from the sha256 of both files and what is asked for."""
    return sha256(
        b"\n".join([training.encode(), validation.encode(), msgspec.json.encode(asked, order="deterministic")])
    )


def asked_in(submit: object) -> dict[str, object]:
    """What a `submit` section, as YAML has it, asks for, by the names of `Asked`; None where it does not say."""
    section = submit if isinstance(submit, dict) else {}
    providers = section.get("providers")
    asking = providers.get(section.get("provider")) if isinstance(providers, dict) else None
    values = section | (asking if isinstance(asking, dict) else {})
    return {name: values.get(name) for name in Asked.__struct_fields__}


def job_spec(training: tuple[str, bytes], validation: tuple[str, bytes], params: Submit) -> JobSpec:
    """What is asked of the provider, from the path and the bytes of both files, with the key that identifies it."""
    return JobSpec(
        key=job_key(training[1], validation[1], params),
        provider=params.provider,
        base_model=params.base_model,
        suffix=params.suffix,
        hyperparameters=params.hyperparameters,
        attempt=params.attempt,
        training=data_file(*training),
        validation=data_file(*validation),
    )


def data_file(path: str, data: bytes) -> DataFile:
    return DataFile(path, sha256(data), data.count(b"\n"))
