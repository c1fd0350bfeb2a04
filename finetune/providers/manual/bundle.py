"""What a person needs to train a model in a web console: the data, its checksums, what to enter, and the steps."""

import shutil
import tempfile
from pathlib import Path

import msgspec

from finetune.files.data import read_data
from finetune.files.writing import sync, write
from finetune.records.job import JobSpec

STEPS, SUMS, ASKED = "STEPS.md", "SHA256SUMS", "job.json"


class Entered(msgspec.Struct, frozen=True):
    """What is entered in the console's form, and the key that the job is known by here."""

    job_name: str
    description: str
    base_model: str
    suffix: str
    hyperparameters: dict[str, float]
    training_examples: int
    validation_examples: int
    key: str


def entered(spec: JobSpec, name: str) -> Entered:
    """The description has the key, so that who looks at the console later sees which job this is."""
    examples = f"{spec.training.examples} training and {spec.validation.examples} validation examples"
    description = f"{spec.suffix}, attempt {spec.attempt}: {examples}; finetune_key {spec.key}"
    sizes = spec.training.examples, spec.validation.examples
    return Entered(name, description, spec.base_model, spec.suffix, spec.hyperparameters, *sizes, spec.key)


def files_of(spec: JobSpec, name: str, folder: Path) -> dict[str, bytes]:
    """The bundle's files, by name; the same job makes the same bytes. `folder` is where they will lie."""
    data = {f"{side}.jsonl": file for side, file in (("training", spec.training), ("validation", spec.validation))}
    sums = "".join(f"{file.sha256}  {name}\n" for name, file in data.items())
    asked = entered(spec, name)
    return {
        ".gitignore": b"*\n",  # wherever the folder lies: the data is DVC's, and this a copy
        **{name: read_data(file) for name, file in data.items()},
        SUMS: sums.encode(),
        ASKED: msgspec.json.format(msgspec.json.encode(asked), indent=2) + b"\n",
        STEPS: steps(asked, spec.attempt, folder).encode(),
    }


def write_bundle(folder: Path, files: dict[str, bytes]) -> None:
    """The folder with these files, whole or not at all; of one that is there, the files that differ."""
    if folder.exists():
        for name, data in files.items():
            if not (folder / name).is_file() or (folder / name).read_bytes() != data:
                write(folder / name, data)
        return
    folder.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}."))
    try:
        for name, data in files.items():
            write(temporary / name, data)
        temporary.chmod(0o755)
        temporary.replace(folder)
        sync(folder.parent)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise


def steps(job: Entered, attempt: int, folder: Path) -> str:
    """What a person does, in order, with every value to enter and the command at the end."""
    settings = msgspec.json.encode(job.hyperparameters).decode() if job.hyperparameters else ""
    return f"""# Train {job.base_model} in the console

These files are for one fine-tuning job. Start it once: the console does not know that a second one is the same.

1. In this folder (`{folder}`), check that the files are whole: `sha256sum -c {SUMS}`
2. In the console, open fine-tuning. If a job is there whose description has `{job.key[:16]}`, it was started already:
   go on with step 5.
3. Upload `training.jsonl` ({job.training_examples} examples) as training data and `validation.jsonl` \
({job.validation_examples} examples) as validation data.
4. Start a job, with exactly this (`{ASKED}` has it too):

   | field | value |
   |---|---|
   | name | `{job.job_name}` |
   | description | `{job.description}` |
   | base model | `{job.base_model}` |
   | suffix | `{job.suffix}` |
   | hyperparameters | {f"`{settings}`" if settings else "leave them as they are"} |

5. Wait until it has succeeded. Copy the id of the model that it made (it looks like `{job.base_model}:{job.suffix}:…`)
   and the job's own id.
6. In the project's folder, record both. The model is looked up, and the pipeline goes on; both need ANTHROPIC_API_KEY:

   ```console
   $ make record MODEL_ID={job.base_model}:{job.suffix}:… JOB_ID=…
   ```

If the job fails: mend the cause, set `submit.attempt: {attempt + 1}` in params.yaml, and run `make finetune`, which
writes a new bundle.
"""
