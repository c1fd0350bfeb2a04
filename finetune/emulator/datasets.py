"""POST /v1/fine-tuning/datasets: what a job is to be trained on, as it came."""

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from finetune.dataset.chats import to_chat
from finetune.dataset.tokens import conversation, tokens_of, tokens_of_messages
from finetune.emulator.answers import answered, new_id, now, refuse
from finetune.emulator.records import Dataset
from finetune.emulator.store import Shelf

FILES = ("training_data", "validation_data")
LONGEST_NAME = 256


class Datasets:
    """Uploads. The same bytes again are another dataset."""

    def __init__(self, shelf: Shelf[Dataset]) -> None:
        self.shelf = shelf

    def routes(self) -> list[Route]:
        return [Route("/v1/fine-tuning/datasets", self.create, methods=["POST"])]

    async def create(self, request: Request) -> Response:
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != "multipart/form-data":
            refuse(400, f"a dataset is uploaded as multipart/form-data, not as {kind or 'a body of no type'}")
        async with request.form(max_files=2, max_fields=10) as form:
            name, files = await read_form(form)
        dataset = await run_in_threadpool(self.put, name, files)
        return answered(shown(dataset))

    def put(self, name: str, files: dict[str, bytes]) -> Dataset:
        """The record is written last: without it there is no dataset."""
        identity = new_id("ftds")
        for file, data in files.items():
            self.shelf.put_data(identity, f"{file}.jsonl", data)
        training, validation = (len(lines(files[file])) for file in FILES)
        tokens = tokens_in(files["training_data"])
        number = len(self.shelf.all()) + 1
        return self.shelf.put(Dataset(identity, number, name, now(), training, validation, tokens))


async def read_form(form: FormData) -> tuple[str, dict[str, bytes]]:
    """The name, and each file's bytes; 400 for anything missing, or besides."""
    if unknown := sorted(set(form) - {"name", *FILES}):
        refuse(400, f"{unknown[0][:100]}: unknown; a dataset has name, {', '.join(FILES)}")
    name = form.get("name")
    if not isinstance(name, str) or not 1 <= len(name) <= LONGEST_NAME:
        refuse(400, f"name: a field of 1 to {LONGEST_NAME} characters")
    files = {}
    for file in FILES:
        upload = form.get(file)
        if isinstance(upload, UploadFile):
            files[file] = await upload.read()
        elif upload is None and file == "validation_data":
            files[file] = b""
        else:
            refuse(400, f"{file}: a file of JSON Lines")
    return name, files


def lines(data: bytes) -> list[bytes]:
    return [line for line in data.split(b"\n") if line.strip()]


def tokens_in(data: bytes) -> float:
    """About how many tokens an epoch is: the middle of our estimate; of a line that is no chat, those of its text."""
    low_and_high = 0.0
    for line in lines(data):
        try:
            chat = to_chat(msgspec.json.decode(line))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            chat = None
        tokens = tokens_of_messages(conversation(chat)) if chat else tokens_of(line.decode("utf-8", "replace"))
        low_and_high += tokens.low + tokens.high
    return low_and_high / 2


def shown(dataset: Dataset) -> dict[str, object]:
    return {
        "id": dataset.id,
        "type": "fine_tuning_dataset",
        "name": dataset.name,
        "created_at": dataset.created_at,
        "training_examples": dataset.training_examples,
        "validation_examples": dataset.validation_examples,
    }
