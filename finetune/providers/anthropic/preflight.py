"""What can be known before anything is sent: the key, the model and how long it lives, the access to fine-tuning."""

from collections.abc import Iterator

from finetune.errors import RefusedError, unusable
from finetune.providers.anthropic.address import path_of_model
from finetune.providers.anthropic.client import Client
from finetune.providers.anthropic.explained import no_access, one_line
from finetune.providers.anthropic.records import Jobs, ModelInfo

BASE_MODEL = "params.yaml: submit.providers.anthropic.base_model"


def preflight(client: Client, base_model: str) -> Iterator[str]:
    """What a person should know; FinetuneError where a job cannot be made."""
    yield from lives(client, base_model, BASE_MODEL)
    if client.connection.look_up:
        access(client)


def lives(client: Client, base_model: str, where: str) -> Iterator[str]:
    """What a person should know of the base model's life; FinetuneError where there is none, or it is over. `where` it
    is set."""
    model = look(client, base_model, where)
    on = f" on {day(model)}" if model.retires_at else ""
    if model.lifecycle == "retired":
        raise unusable(where, f"{base_model} is retired{on and f' since{on[3:]}'}", "choose a newer model")
    if model.lifecycle == "deprecated":
        yield f"{base_model} is deprecated: it and what is tuned from it end{on or ' on a day not known yet'}"


def look(client: Client, model: str, where: str = BASE_MODEL) -> ModelInfo:
    try:
        return client.get(path_of_model(model), ModelInfo)
    except RefusedError as error:
        if error.status != 404:
            raise
        raise unusable(where, f"the API has no model {model}", "`GET /v1/models` lists those it has") from None


def ends(client: Client, model: str) -> str | None:
    """The day on which a model ends, empty where nobody says; None where the API has no such model."""
    try:
        return day(client.get(path_of_model(model), ModelInfo))
    except RefusedError as error:
        if error.status != 404:
            raise
        return None


def day(model: ModelInfo) -> str:
    """On which it ends; empty where nobody says."""
    return one_line(model.retires_at or "")[:10]


def access(client: Client) -> None:
    path = client.connection.jobs
    try:
        client.get(path, Jobs, limit=1)
    except RefusedError as error:
        if error.status not in (403, 404):
            raise
        raise no_access(f"GET {path}", error) from None
