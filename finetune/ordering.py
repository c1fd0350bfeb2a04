"""What a command line asks the anthropic provider for: the pipeline's values, but for the options that are given."""

from collections.abc import Sequence
from pathlib import Path

import msgspec

from finetune.dataset.key import data_file, job_spec, key_of
from finetune.errors import unusable
from finetune.files.dvc import Paths
from finetune.files.params import read_params
from finetune.providers.anthropic.jobs import Account
from finetune.providers.anthropic.records import Id, ModelId
from finetune.records.job import Asked, DataFile, JobSpec
from finetune.records.params import Submit
from finetune.settling import check_id
from finetune.upcoming import upcoming

PROVIDER = "anthropic"
WRITTEN = "`dvc repro validate` writes the pipeline's files"


class Options(msgspec.Struct, frozen=True):
    """What may be given in the place of params.yaml's values."""

    base_model: ModelId | None = None
    suffix: str | None = None
    hyperparameters: dict[str, float] | None = None


def options(base_model: str | None, suffix: str | None, hyperparameters: Sequence[str] | None) -> Options:
    """The options as they were typed; FinetuneError for one that cannot be."""
    try:
        chosen = msgspec.convert({"base_model": base_model}, Options)
    except msgspec.ValidationError:
        raise unusable("--base-model", "not the id of a model", "as `GET /v1/models` has it") from None
    given = None if hyperparameters is None else read_hyperparameters(hyperparameters)
    return msgspec.structs.replace(chosen, suffix=suffix, hyperparameters=given)


def read_hyperparameters(texts: Sequence[str]) -> dict[str, float]:
    """`epochs=3 …`, or one object of JSON."""
    try:
        if len(texts) == 1 and texts[0].lstrip().startswith("{"):
            return msgspec.json.decode(texts[0], type=dict[str, float])
        named = [text.partition("=")[::2] for text in texts]
        found = {name: msgspec.json.decode(value, type=float) for name, value in named}
    except msgspec.DecodeError as error:
        raise unusable("--hyperparameters", str(error), "write epochs=3, or '{\"epochs\": 3}'") from None
    if len(found) < len(texts) or "" in found:
        raise unusable("--hyperparameters", "a name stands twice, or is missing", "write each once, like epochs=3")
    return found


def submit_of(params: Path, chosen: Options) -> Submit:
    """The section `submit` as if this provider and these options stood there."""
    section = read_params(params, "submit", Submit)
    own = msgspec.structs.replace(section, provider=PROVIDER)
    given = {name: value for name, value in msgspec.structs.asdict(chosen).items() if value is not None}
    suffix = given.pop("suffix", own.suffix)
    asking = msgspec.structs.replace(own.asking, **given)
    asked = msgspec.structs.replace(own, suffix=suffix, providers={**own.providers, PROVIDER: asking})
    try:
        return msgspec.convert(msgspec.to_builtins(asked), Submit)
    except msgspec.ValidationError as error:
        raise unusable("--suffix", str(error).partition(" - at ")[0], "write a-z, 0-9 and -, 1 to 40 of them") from None


def spec_of(paths: Paths, submit: Submit, training: Path | None = None, validation: Path | None = None) -> JobSpec:
    """The job of these files, else of those that `prepare` wrote. Files with the same bytes are the pipeline's."""
    given = {"training": training, "validation": validation}
    files = [pipelines(paths, side, path or paths.training / f"{side}.jsonl") for side, path in given.items()]
    return job_spec(files[0], files[1], submit)


def pipelines(paths: Paths, side: str, path: Path) -> tuple[str, bytes]:
    """A file's name and bytes; the name is that of the pipeline's own file where that has the same bytes."""
    own, data = paths.training / f"{side}.jsonl", read_bytes(path)
    same = own.is_file() and own.read_bytes() == data
    inside = path.is_absolute() and path.is_relative_to(Path.cwd())
    return str(own if same else path.relative_to(Path.cwd()) if inside else path), data


def read_bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise unusable(str(path), "no such file", WRITTEN) from None
    except IsADirectoryError:
        raise unusable(str(path), "a folder", "name a file of JSON Lines") from None


def spec_of_dataset(paths: Paths, submit: Submit, dataset: str, account: Account) -> JobSpec:
    """The job of a dataset that was uploaded from here: its files are those, and still have their bytes."""
    check_id(dataset, "--training-dataset-id", Id)
    files = account.files_of(dataset)
    if files is None:
        what = "it was not uploaded from here: what is in it is not known, and that is what a job is told apart by"
        raise unusable(dataset, what, "`python -m finetune dataset create` uploads files, and says the id")
    places = [place(paths, side, file) for side, file in zip(("training", "validation"), files, strict=True)]
    return spec_of(paths, submit, *places)


def place(paths: Paths, side: str, file: DataFile) -> Path:
    """Where a file lies that still has the bytes that were uploaded."""
    for path in (paths.training / f"{side}.jsonl", Path(file.path)):
        if path.is_file() and data_file("", path.read_bytes()).sha256 == file.sha256:
            return path
    what = "it is not what was uploaded any more, so the job can be neither priced nor rebuilt"
    raise unusable(file.path, what, "bring it back, or upload it as it is: `python -m finetune dataset create`")


def unlike(paths: Paths, params: Path, spec: JobSpec) -> list[str]:
    """What keeps `make finetune PROVIDER=anthropic` from taking this job up, in words; empty where it does.

    It compares with the files that `prepare` would write now.
    """
    coming, submit = upcoming(paths, params).spec, submit_of(params, Options())
    own = Asked(*(getattr(submit, name) for name in Asked.__struct_fields__))
    if key_of(coming.training.sha256, coming.validation.sha256, own) == spec.key:
        return []
    sides = (("training", spec.training, coming.training), ("validation", spec.validation, coming.validation))
    files = [f"{side} data other than `prepare` makes now" for side, is_, comes in sides if is_.sha256 != comes.sha256]
    names = ("base_model", "suffix", "hyperparameters")
    return files + [
        f"{name} {getattr(spec, name)}, and params.yaml has {getattr(own, name)}"
        for name in names
        if getattr(spec, name) != getattr(own, name)
    ]
