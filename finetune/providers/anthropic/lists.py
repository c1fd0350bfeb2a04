"""Lists of the account, page after page."""

from collections.abc import Iterator

import msgspec

from finetune.errors import UnsureError
from finetune.providers.anthropic.client import Client
from finetune.providers.anthropic.records import Events, Jobs, Named

PAGE, MOST_PAGES = 100, 1000


def pages(client: Client, path: str, of: type[Jobs] | type[Events], after: str | None = None) -> Iterator[msgspec.Raw]:
    """What a list has, after the one with that id; UnsureError where it has no end: part of it is not all of it."""
    for _ in range(MOST_PAGES):
        query: dict[str, str | int] = {"limit": PAGE} | ({"after_id": after} if after else {})
        page = client.get(path, of, **query)
        yield from page.data
        if not page.has_more:
            return
        last = client.record(f"GET {path}", bytes(page.data[-1]), Named).id if page.data else after
        if last == after:
            break
        after = last
    fix = "look_up: false in params.yaml: submit.providers.anthropic.connection does without the list of jobs"
    raise UnsureError(f"GET {path}", "a list without an end", fix)
