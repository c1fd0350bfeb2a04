"""What can be known before anything is sent: the key, the model and how long it lives, the access to fine-tuning."""

from collections.abc import Iterator

from finetune.errors import FinetuneError, RefusedError, unusable
from finetune.providers.anthropic.client import Client
from finetune.providers.anthropic.explained import OTHER_WAYS
from finetune.providers.anthropic.records import Jobs, ModelInfo

PATIENCE = 10.0
"""Seconds that a person at a terminal waits for an API that does not answer."""
BASE_MODEL = "params.yaml: submit.providers.anthropic.base_model"


def preflight(client: Client, base_model: str) -> Iterator[str]:
    """What a person should know; FinetuneError where a job cannot be made."""
    model = look(client, base_model)
    ends = f" on {model.retires_at[:10]}" if model.retires_at else ""
    if model.lifecycle == "retired":
        raise unusable(BASE_MODEL, f"{base_model} is retired{ends and f' since{ends[3:]}'}", "choose a newer model")
    if model.lifecycle == "deprecated":
        yield f"{base_model} is deprecated: it and what is tuned from it end{ends or ' on a day not known yet'}"
    if client.connection.look_up:
        access(client)


def look(client: Client, model: str) -> ModelInfo:
    try:
        return client.get(f"/v1/models/{model}", ModelInfo, PATIENCE)
    except RefusedError as error:
        if error.status != 404:
            raise
        raise unusable(BASE_MODEL, f"the API has no model {model}", "`GET /v1/models` lists those it has") from None


def access(client: Client) -> None:
    path = client.connection.jobs
    try:
        client.get(path, Jobs, PATIENCE, limit=1)
    except RefusedError as error:
        if error.status not in (403, 404):
            raise
        what = f"this account has no access to fine-tuning (GET {path} answered {error.status})"
        raise FinetuneError("submit.provider: anthropic", what, OTHER_WAYS) from None
