"""A JSON list is read value by value, with the values, and the errors, that a reader of the whole would have."""

import json
import tempfile
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from finetune.errors import FinetuneError
from finetune.files import listing
from finetune.files.listing import each_value

TEXTS = st.text(max_size=9)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | TEXTS
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=9,
)
SPACES = st.sampled_from(["", " ", "\n", "\r\n\t"])


def read(data: bytes, block: int) -> list[Any]:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patched:
        patched.setattr(listing, "BLOCK", block)
        path = Path(folder) / "a.json"
        path.write_bytes(data)
        return list(each_value(path))


@settings(max_examples=300, deadline=None)
@given(st.lists(VALUES, max_size=6), st.integers(1, 40), st.booleans(), SPACES, st.booleans())
def test_a_list_has_its_values_wherever_a_block_ends(
    values: list[Any], block: int, is_ascii: bool, space: str, has_bom: bool
) -> None:
    parts = [json.dumps(value, ensure_ascii=is_ascii) for value in values]
    text = f"{space}[{space}" + f"{space},{space}".join(parts) + f"{space}]{space}"
    try:
        data = text.encode("utf-8-sig" if has_bom else "utf-8")
        whole = msgspec.json.decode(text.encode())
    except (UnicodeEncodeError, msgspec.DecodeError):  # a text with half a pair of surrogates
        with pytest.raises(FinetuneError, match="not JSON"):
            read(text.encode("utf-8", "replace"), block)
        return
    assert read(data, block) == whole


@settings(max_examples=300, deadline=None)
@given(st.lists(VALUES, max_size=4), st.integers(0, 99), st.binary(max_size=3), st.integers(1, 40))
@example([1], 2, b"\xff", 1)
@example([{"a": 1}], 0, b"\n\n", 1)
def test_a_spoilt_list_is_refused_just_where_a_reader_of_the_whole_refuses_it(
    values: list[Any], at: int, put: bytes, block: int
) -> None:
    sound = json.dumps(values).encode()
    data = sound[:at] + put + sound[at + 1 :]
    try:
        whole = msgspec.json.decode(data.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, UnicodeDecodeError):
        whole = None
    if isinstance(whole, list):
        assert read(data, block) == whole
    else:
        with pytest.raises(FinetuneError, match=r"a\.json:\d+: not (JSON|UTF-8)"):
            read(data, block)


@pytest.mark.parametrize("block", [1, 7, 1 << 18])
@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[\n{"a": 1},\n\n{"b": }\n]', ":4: not JSON (Expecting value)"),
        ('[\n{"a": 1}\n{"b": 2}\n]', ":3: not JSON (no ',')"),
        ('[\n{"a": 1},\n]', ":3: not JSON (Expecting value)"),
        ('[\n{"a": 1}', ":2: not JSON (no ',')"),
        ("[\n1\n]\n]", ":4: not JSON (more after the end of the list)"),
        ('[\n"a",\nNaN]', ":3: not JSON (JSON is malformed"),
        ('[\n"\\ud800"]', ":2: not JSON ("),
        ("[" * 100_000, ":1: not JSON ("),
    ],
)
def test_what_is_wrong_is_told_with_its_line(text: str, told: str, block: int) -> None:
    with pytest.raises(FinetuneError) as error:
        read(text.encode(), block)
    assert str(error.value).partition("a.json")[2].startswith(told)


def test_a_value_without_an_end_is_refused_before_all_of_it_is_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "LONGEST", 5_000)
    before = listing.Window.more
    asked: list[int] = []

    def more(self: listing.Window) -> None:
        before(self)
        asked.append(len(self.text))

    monkeypatch.setattr(listing.Window, "more", more)
    with pytest.raises(FinetuneError, match=r":1: not JSON \(Unterminated string"):
        read(b'[ "' + b"a" * 1_000_000, 1_000)
    assert max(asked) < 20_000
