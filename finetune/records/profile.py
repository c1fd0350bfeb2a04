"""What a provider takes: one file of finetune/dataset/profiles, and what a lint holds files against."""

from collections.abc import Mapping
from typing import Literal

import msgspec

from finetune.records.dataset import Side


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a profile's values come from."""

    url: str
    says: str
    seen: str


class Profile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The shape and the limits of a provider's chat fine-tuning files. What is None or empty is not limited. Its `name`
    is its file's.

    `system`: whether the system prompt is a key of the line (`field`), a first message of the role system (`message`),
    either of both, or not taken at all; `system_later`: such messages may stand after others, too. `roles` are those
    besides system; `content` says whether a message's content is a text, a list of typed parts (`part_types`), or
    either, and `one_kind` that all of a line's are the same. Only the `image_roles` may have images, and only the
    `weighed_roles` a weight. `all_weighed`: each line has a weight, or none has.
    """

    title: str
    system: Literal["field", "message", "either", "none"]
    keys: tuple[str, ...]
    required: tuple[str, ...]
    message_keys: tuple[str, ...]
    roles: tuple[str, ...]
    content: tuple[Literal["text", "parts"], ...]
    source: tuple[Source, ...]
    system_later: bool = False
    first: str = ""
    last: str = ""
    alternate: bool = False
    part_types: tuple[str, ...] = ()
    one_kind: bool = False
    image_roles: tuple[str, ...] = ()
    weighed_roles: tuple[str, ...] = ()
    all_weighed: bool = False
    fewest_training: int | None = None
    most_training: int | None = None
    fewest_validation: int | None = None
    most_validation: int | None = None
    most_total: int | None = None
    tokens_per_record: int | None = None
    bytes_per_file: int | None = None
    special_tokens: tuple[str, ...] = ()
    name: str = ""


class Scope(msgspec.Struct, frozen=True):
    """What files are held against: a profile, whether their examples are LEGO ones, the fewest records of each side
    that params ask for, the answers that corrections call wrong: their digest (`answer_digest`) -> correction, the
    rules whose findings are counted and not told, and those that alone are looked at (none: all)."""

    profile: Profile
    lego: bool = False
    fewest: Mapping[Side, int] = {}
    wrong: Mapping[bytes, str] = {}
    ignored: frozenset[str] = frozenset()
    only: frozenset[str] = frozenset()
