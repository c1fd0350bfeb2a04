"""Good files made bad: values of a wrong type at any place of their JSON, and bytes that no text has."""

import json
import random
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

GIVEN: dict[str, list[Any]] = json.loads(Path(__file__).with_name("odd.json").read_text(encoding="utf-8"))
ODD = GIVEN["values"]
"""Values of every type, and texts that mean something somewhere."""
RAW = [*GIVEN["raw"], "1" * 400, "1" * 4400]
"""What Python would not write as JSON."""
LONG = GIVEN["long"]
PIECES = [*(text.encode("latin-1") for text in GIVEN["bytes"]), b"9" * 5000, b"[" * 2000]
MARK = re.compile(r'"(?:⟦|\\u27e6)([=!\[{])(.*?)(?:⟧|\\u27e7)"')


def spoil(value: Any, chance: random.Random, times: int) -> Any:
    """The JSON value with something wrong at so many of its places; text that is JSON may be wrong within."""
    for _ in range(times):
        value = exchange(value, chance.choice(list(paths(value))), chance)
    return value


def paths(value: Any) -> Iterator[tuple[str | int, ...]]:
    """The way to each part of a JSON value, itself first."""
    yield ()
    steps: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in steps:
        yield from ((key, *rest) for rest in paths(part))


def exchange(value: Any, path: Sequence[Any], chance: random.Random) -> Any:
    """A copy in which the part at the end of the path is another one, gone, or there twice."""
    if not path:
        return odd(value, chance)
    key, *rest = path
    copy: Any = list(value) if isinstance(value, list) else dict(value)
    if rest or chance.random() < 0.6:
        copy[key] = exchange(copy[key], rest, chance)
    elif chance.random() < 0.5:
        del copy[key]
    elif isinstance(copy, list):
        copy.append(copy[key])
    else:
        copy[chance.choice((f"⟦={key}⟧", "id", "weight", "\ud800", ""))] = odd(copy[key], chance)
    return copy


def odd(value: Any, chance: random.Random) -> Any:
    """Something that a program did not wait for, in the place of this value."""
    if isinstance(value, str) and value[:1] in ("{", "[") and chance.random() < 0.7:
        try:
            return written(spoil(json.loads(value), chance, 1), chance)
        except (ValueError, RecursionError):
            return value[: chance.randrange(len(value))]
    kind = chance.random()
    if kind < 0.04:
        return chance.choice(LONG) * chance.choice((100, 20_000))
    if kind < 0.12:
        return f"⟦{chance.choice(('[', '{'))}{chance.choice((60, 300, chance.randrange(850, 1000), 5000, 100_000))}⟧"
    if kind < 0.22:
        return f"⟦!{chance.randrange(len(RAW))}⟧"
    same = [one for one in ODD if type(one) is type(value)] if kind > 0.6 else []
    return [value] if kind < 0.28 else chance.choice(same or ODD)


def written(value: Any, chance: random.Random) -> str:
    """The value as JSON, with what Python would not write in its places."""
    text = json.dumps(value, ensure_ascii=chance.random() < 0.5, separators=chance.choice(((", ", ": "), (",", ":"))))
    return MARK.sub(meant, text)


def meant(mark: re.Match[str]) -> str:
    """What a mark stands for: a key that is there already, a piece of RAW, or so many lists or objects in a row."""
    kind, said = mark.groups()
    if kind == "=":
        return f'"{said}"'
    if kind == "!":
        return str(RAW[int(said)])
    opened, closed = ("[", "]") if kind == "[" else ('{"a":[', "]}")
    return opened * int(said) + closed * int(said)


def damaged(data: bytes, chance: random.Random, times: int) -> bytes:
    """The bytes with some of them exchanged, gone or doubled, cut off, or in another encoding."""
    for _ in range(times):
        at, to = sorted((chance.randrange(len(data) + 1), chance.randrange(len(data) + 1)))
        kind = chance.randrange(7)
        if kind == 0 and data:
            at = min(at, len(data) - 1)
            data = data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :]
        elif kind == 1:
            data = data[:at]
        elif kind == 2:
            data = data[:at] + data[to:]
        elif kind == 3:
            data = data[:to] + data[at:]
        else:
            data = data[:at] + chance.choice(PIECES) + data[at:]
    return encoded(data, chance) if times else data


def encoded(data: bytes, chance: random.Random) -> bytes:
    """Mostly as it is; else with a byte order mark, other line ends, or in UTF-16 or Latin-1."""
    kind = chance.randrange(12)
    if kind == 0:
        return b"\xef\xbb\xbf" * chance.randrange(1, 3) + data
    if kind == 1:
        return data.replace(b"\n", chance.choice((b"\r\n", b"\r", b"\n\n", b"\n \t\n", b"\n\xef\xbb\xbf")))
    if kind == 2:
        return str(data, "utf-8", "ignore").encode(chance.choice(("utf-16", "utf-16-le", "utf-32")), "ignore")
    return str(data, "utf-8", "ignore").encode("latin-1", "ignore") if kind == 3 else data
