"""A batch of questions: the intent to have it answered, and where it is."""

import msgspec


class Batch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An intent to have `provider` answer questions (key -> model); `batch_id` is empty until the provider gave one."""

    provider: str
    intended_at: str
    questions: dict[str, str]
    batch_id: str = ""


class BatchState(msgspec.Struct, frozen=True):
    """Where a batch is. `counts` is the number of its requests by what became of them, in the provider's words."""

    batch_id: str
    created_at: str
    ended: bool
    counts: dict[str, int]

    @property
    def requests(self) -> int:
        return sum(self.counts.values())
