"""What every answer of the emulator is made of: JSON, errors, lists, ids, times."""

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NoReturn, TypeVar

import msgspec
from starlette.requests import Request
from starlette.responses import Response

TYPES = {
    400: "invalid_request_error",
    401: "authentication_error",
    402: "billing_error",
    403: "permission_error",
    404: "not_found_error",
    408: "timeout_error",
    409: "conflict_error",
    413: "request_too_large",
    429: "rate_limit_error",
    504: "timeout_error",
    529: "overloaded_error",
}
"""The type of an error by its status; any other is an `api_error` from 500 on, and an `invalid_request_error` below."""
MOST_LISTED = 1000
T = TypeVar("T")


class RefusalError(Exception):
    """A request that is answered with an error."""

    def __init__(self, status: int, message: str, kind: str = "") -> None:
        self.status, self.message, self.kind = status, message, kind
        super().__init__(message)


def refuse(status: int, message: str) -> NoReturn:
    raise RefusalError(status, message)


def new_id(kind: str) -> str:
    """An id that nobody can guess: ftjob_0123…"""
    return f"{kind}_{secrets.token_hex(12)}"


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def answered(value: object, status: int = 200) -> Response:
    headers = {"request-id": new_id("req")}
    return Response(msgspec.json.encode(value), status, headers, media_type="application/json")


def error_body(status: int, message: str, request_id: str, kind: str = "") -> bytes:
    """An error as the API writes it."""
    kind = kind or TYPES.get(status, "api_error" if status >= 500 else "invalid_request_error")
    body = {"type": "error", "error": {"type": kind, "message": message}, "request_id": request_id}
    return msgspec.json.encode(body)


def refused(error: RefusalError) -> Response:
    request_id = new_id("req")
    body = error_body(error.status, error.message, request_id, error.kind)
    return Response(body, error.status, {"request-id": request_id}, media_type="application/json")


async def read_json(request: Request, of: type[T]) -> T:
    """The request's body as a record; 400 where it is none."""
    return to_record(await request.body(), of)


def to_record(body: bytes, of: type[T]) -> T:
    try:
        return msgspec.json.decode(body, type=of)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        refuse(400, f"{error}")


def page(request: Request, items: Sequence[dict[str, Any]], default: int = 20) -> Response:
    """One page of a list, in its order, by `limit`, `after_id` and `before_id`."""
    limit = request.query_params.get("limit", str(default))
    if not (limit.isascii() and limit.isdigit() and 1 <= int(limit[:9]) <= MOST_LISTED):
        refuse(400, f"limit: from 1 to {MOST_LISTED}")
    start, end = 0, len(items)
    ids = [str(item["id"]) for item in items]
    after, before = (request.query_params.get(name) for name in ("after_id", "before_id"))
    for name, value in (("after_id", after), ("before_id", before)):
        if value is not None and value not in ids:
            refuse(400, f"{name}: not in this list")
    if after is not None:
        start = ids.index(after) + 1
    if before is not None:
        end = ids.index(before)
        start = max(start, end - int(limit)) if after is None else start
    data = list(items[start:end][: int(limit)])
    more = start > 0 if before is not None and after is None else start + len(data) < len(items)
    first, last = (data[0]["id"], data[-1]["id"]) if data else (None, None)
    return answered({"data": data, "has_more": more, "first_id": first, "last_id": last})
