"""Datasets and jobs of the account, by the contract's paths."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from finetune.dataset.key import sha256
from finetune.errors import NoLookUpError, RefusedError, RequestError, UnsureError, unusable
from finetune.files.record import read_record
from finetune.files.writing import write_json
from finetune.providers.anthropic.client import PATIENCE, Client
from finetune.providers.anthropic.explained import no_access, one_line
from finetune.providers.anthropic.lists import pages
from finetune.providers.anthropic.records import Dataset, Events, FineTuning, Happened, Id, Jobs, Uploaded
from finetune.records.job import ENDS, DataFile, Job, JobSpec

KEY = "finetune_key"
"""The name of our key in a job's metadata, by which a job is found again."""
MOST_WORDS = 1000
"""Characters that are kept of what an event says."""
GONE = ("failed", "cancelled")
AGAIN = "delete it: the files are uploaded again"


class Account:
    """Uploads, starts, finds, reads and cancels. What was uploaded is remembered in `store`, so that a run that is
    repeated uploads nothing again."""

    def __init__(self, client: Client, store: Path) -> None:
        self.client, self.store, self.names = client, store, client.connection
        self.description = self.names.job_name

    def dataset(self, spec: JobSpec, training: bytes, validation: bytes) -> str:
        """The id of a dataset of these bytes, which are those of the spec's files."""
        known = self.remembered(spec)
        found = Uploaded(
            known.id if known else self.upload(self.names.job_name, training, validation).id,
            spec.training,
            spec.validation,
        )
        if found != known:
            write_json(self.uploaded(spec.training, spec.validation), found)
        return found.id

    def remembered(self, spec: JobSpec) -> Uploaded | None:
        """The dataset of these files, if it was uploaded from here."""
        path = self.uploaded(spec.training, spec.validation)
        return read_record(path, Uploaded, AGAIN) if path.exists() else None

    def files_of(self, dataset: str) -> tuple[DataFile, DataFile] | None:
        """The files of a dataset, by its id; None where it was not uploaded from here to this account."""
        for path in sorted((self.store / "datasets").glob("*.json")):
            one = read_record(path, Uploaded, AGAIN)
            if one.id != dataset or one.training is None or one.validation is None:
                continue
            if path == self.uploaded(one.training, one.validation):  # another account may have the same id
                return one.training, one.validation
        return None

    def upload(self, name: str, training: bytes, validation: bytes | None) -> Dataset:
        files = {"training_data": training} | ({} if validation is None else {"validation_data": validation})
        try:
            return self.client.upload(self.names.datasets, {"name": name}, files, Dataset)
        except RefusedError as error:
            if error.status not in (403, 404):
                raise
            raise no_access(f"POST {self.names.datasets}", error) from None

    def uploaded(self, training: DataFile, validation: DataFile) -> Path:
        what = f"{self.client.url} {training.sha256} {validation.sha256}"
        return self.store / "datasets" / f"{sha256(what.encode())}.json"

    def create(self, spec: JobSpec, dataset: str) -> FineTuning:
        """Start a job, in one request. A dataset that it was refused with is not used again."""
        try:
            return self.client.post(self.names.jobs, self.asked(spec, dataset), FineTuning)
        except RefusedError as error:
            if not error.passes:
                self.uploaded(spec.training, spec.validation).unlink(missing_ok=True)
            raise

    def asked(self, spec: JobSpec, dataset: str) -> dict[str, object]:
        """The body of the request that starts a job."""
        return {
            "training_dataset_id": dataset,
            "base_model": spec.base_model,
            "suffix": spec.suffix,
            **({"description": self.description} if self.description else {}),
            **({"hyperparameters": spec.hyperparameters} if spec.hyperparameters else {}),
            "metadata": {KEY: spec.key},
        }

    def retrieve(self, job_id: str) -> FineTuning:
        return self.client.get(self.path(job_id), FineTuning)

    def known(self, job_id: str) -> FineTuning:
        """A job; one that is not there is a mistake of who names it."""
        try:
            return self.retrieve(job_id)
        except RefusedError as error:
            if error.status != 404:
                raise
            raise unusable(job_id, "the account has no such job", "`finetune job list` shows those it has") from None

    def check(self, job: Job) -> Iterator[str]:
        """Refuse a job that is not there, or is another; say what cannot be known of it."""
        found = self.known(job.job_id)
        key = (found.metadata or {}).get(KEY)
        if key not in (None, job.spec.key):
            what = f"it was started for another job: its {KEY} is {str(key)[:16]}, not {job.spec.key[:16]}"
            raise unusable(job.job_id, one_line(what), "take the one whose metadata has ours")
        if found.base_model not in (None, "", job.spec.base_model):
            what = f"it tunes {found.base_model}, and {job.spec.base_model} was asked for"
            raise unusable(job.job_id, one_line(what), "take the one that was started for this generation")
        if key is None:
            yield f"{job.job_id} does not say what it was started for: it is taken on your word"

    def cancel(self, job_id: str) -> FineTuning:
        """Asked again where the answer is lost: to cancel twice does no more than once."""
        path = f"{self.path(job_id)}/cancel"
        return self.client.patiently(lambda: self.client.post(path, {}, FineTuning), PATIENCE)

    def all(self) -> Iterator[FineTuning]:
        """Every job of the account, the newest first. One that others started and we cannot read is left out."""
        path = self.names.jobs
        for raw in pages(self.client, path, Jobs):
            try:
                yield self.client.record(f"GET {path}", bytes(raw), FineTuning)
            except UnsureError:
                if KEY.encode() in bytes(raw):
                    raise

    def of_key(self, key: str) -> list[FineTuning]:
        """The jobs that were started with this key, the oldest first; of those of one moment, as the account has them.
        NoLookUpError where it does not list them."""
        if not self.names.look_up:
            raise NoLookUpError(self.names.jobs, "look_up is false: the account does not list its jobs")
        found = {job.id: job for job in self.all() if job.metadata and job.metadata.get(KEY) == key}
        oldest_first = list(found.values())[::-1]
        return sorted(oldest_first, key=lambda job: job.created_at or "")

    def sole(self, key: str) -> FineTuning | None:
        """The job with this key. Of several, as when two clones start at one moment, the oldest that is not gone; the
        others are cancelled: every clone chooses alike."""
        found = self.of_key(key)
        first = chosen(found)
        for late in found:
            if late is not first and late.status not in (*GONE, "succeeded"):
                self.stop(late.id)
        return first

    def stop(self, job_id: str) -> None:
        """Cancel a job that is one too many. Another clone may do so at this moment: what counts is that it ends."""
        try:
            self.cancel(job_id)
        except RequestError as error:
            if not self.has_ended(job_id):
                self.client.tell(f"{job_id} is one job too many; cancel it in the console: {error.what}")

    def has_ended(self, job_id: str) -> bool:
        try:
            return self.retrieve(job_id).status in ENDS
        except RequestError:
            return False

    def events(self, job_id: str, after: str | None = None) -> list[Happened]:
        """A job's events, or those after one of them."""
        path, events = f"{self.path(job_id)}/events", []
        for raw in pages(self.client, path, Events, after):
            event = self.client.record(f"GET {path}", bytes(raw), Happened)
            events.append(msgspec.structs.replace(event, message=(event.message or "")[:MOST_WORDS]))
        return events

    def path(self, job_id: str) -> str:
        try:
            return f"{self.names.jobs}/{msgspec.convert(job_id, Id)}"
        except msgspec.ValidationError:
            raise unusable(job_id[:100], "not an id of a job", "it has letters, digits, - and _ only") from None


def chosen(found: Sequence[FineTuning]) -> FineTuning | None:
    """Of the jobs with one key, the oldest first: the first that is not gone, else the first."""
    return next((job for job in found if job.status not in GONE), next(iter(found), None))
