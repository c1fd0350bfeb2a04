"""What a fault makes of an answer, and the answers that it gives instead."""

from datetime import UTC, datetime, timedelta

import msgspec

from finetune.emulator.answers import error_body, new_id
from finetune.emulator.faults import BillingLimit, Fault, Html, NoId, NotJson, Status, WrongBody
from finetune.emulator.wire import Answer, Headers

PAGE = b"<!DOCTYPE html>\n<html><title>Sign in</title><body><h1>Sign in to this network</h1></body></html>\n"
NO_CREDIT = "Your credit balance is too low to access the API. Please go to Plans & Billing to upgrade or buy credits."
JSON = (b"content-type", b"application/json")


def error(status: int, message: str, kind: str = "", more: Headers | None = None) -> Answer:
    request_id = new_id("req")
    headers = [JSON, (b"request-id", request_id.encode()), *(more or [])]
    return Answer(status, headers, error_body(status, message, request_id, kind))


def instead(fault: Status | BillingLimit) -> Answer:
    """The error that a fault asks for."""
    if isinstance(fault, BillingLimit):
        return error(fault.code, NO_CREDIT, "billing_error")
    more = [] if fault.retry_after is None else [(b"retry-after", str(fault.retry_after).encode())]
    if fault.code == 429:
        more += limits(fault.retry_after or 1)
    return error(fault.code, f"a fault of the emulator: status {fault.code}", more=more)


def limits(seconds: int) -> Headers:
    """The headers of an account whose requests of this minute are used up."""
    reset = (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat(timespec="seconds").replace("+00:00", "Z")
    values = {"limit": "50", "remaining": "0", "reset": reset}
    return [(f"anthropic-ratelimit-requests-{name}".encode(), value.encode()) for name, value in values.items()]


def spoilt(fault: Fault | None, answer: Answer) -> Answer:
    """The answer as a fault leaves it; itself for a fault that does something else."""
    if isinstance(fault, Status):
        return instead(fault)
    if isinstance(fault, Html):
        return Answer(200, [(b"content-type", b"text/html; charset=utf-8")], PAGE)
    if isinstance(fault, NotJson):
        return Answer(200, [JSON], b'{"id": "ftjob_')
    if isinstance(fault, WrongBody):
        return Answer(200, [JSON], msgspec.json.encode({"result": ["something else"], "id": {"of": 1}}))
    if isinstance(fault, NoId):
        return Answer(answer.status, answer.headers, without_id(answer.body))
    return answer


def without_id(body: bytes) -> bytes:
    """The same object, and its id null; what is no object stays as it is."""
    try:
        value = msgspec.json.decode(body)
    except msgspec.DecodeError:
        return body
    return msgspec.json.encode(value | {"id": None}) if isinstance(value, dict) and "id" in value else body
