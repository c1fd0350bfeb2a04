"""Reads a stage's section of params.yaml into its record."""

import math
import re
from collections.abc import Hashable, Iterator
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

import msgspec
import yaml

from finetune.errors import unusable
from finetune.records import params as records

T = TypeVar("T")
STUMBLES = (ValueError, TypeError, LookupError, AttributeError, RecursionError)
"""What PyYAML raises for a day 2026-99-99, a key that is a list, `!!bool a`, `!!timestamp a`, and too many brackets."""

DEEP = 1000
"""Levels in each other that libyaml's stack has room for, and many more: it is full at some 30,000."""


def read_params(path: Path, section: str, of: type[T]) -> T:
    """The section as its record; a missing, an unknown and a wrong value are refused by name."""
    return to_record(path, section, read_yaml(path).get(section), of)


def to_record(path: Path, section: str, values: object, of: type[T]) -> T:
    """The values of a section as its record."""
    where = f"{path}: {section}"
    if not isinstance(values, dict):
        raise unusable(where, "no such section", f"it holds {', '.join(field_names(of))}")
    if unknown := sorted(str(key) for key in values if key not in field_names(of)):
        raise unusable(where, f"unknown: {', '.join(unknown)}", f"known here: {', '.join(field_names(of))}")
    hints = get_type_hints(of)
    for name, kind in hints.items():
        if isinstance(kind, type) and issubclass(kind, msgspec.Struct) and name in values:
            to_record(path, f"{section}.{name}", values[name], kind)
        for key, inner in entries(kind, values.get(name)):
            to_record(path, f"{section}.{name}.{key}", inner, get_args(kind)[1])
    try:
        return msgspec.convert(values, of)
    except msgspec.ValidationError as error:
        at = re.search(r"\$\.(\w+)", str(error))
        known = ", ".join(choices(hints.get(at[1]))) if at else ""
        meant = next(meant_numbers(values.get(at[1])), "") if at and "got `str`" in str(error) else ""
        raise unusable(where, str(error), f"known: {known}" if known else meant or "mend the value") from None


def meant_numbers(value: object) -> Iterator[str]:
    """What to write for each text that is meant as a number: to YAML, 1e9 is none."""
    for _, one in leaves(value):
        try:
            number = float(one) if isinstance(one, str) else math.nan
        except ValueError:
            continue
        if math.isfinite(number):
            written = yaml.safe_dump(int(number) if number.is_integer() and abs(number) < 1e15 else number).split()[0]
            yield f"to YAML {one!r} is a text: write {written}"


def entries(kind: object, value: object) -> list[tuple[object, object]]:
    """The entries of a mapping whose values are records; none of anything else."""
    record = get_args(kind)[1] if get_origin(kind) is dict else None
    held = isinstance(record, type) and issubclass(record, msgspec.Struct) and isinstance(value, dict)
    return list(value.items()) if held and isinstance(value, dict) else []


def connection_of(provider: str, path: Path = Path("params.yaml")) -> dict[str, Any]:
    """How a provider is reached, by what params.yaml says now: it is no part of what a job is."""
    asking = read_params(path, "submit", records.Submit).providers.get(provider)
    return asking.connection if asking else {}


def choices(kind: object) -> list[str]:
    """The words that a type takes, wherever it has a Literal."""
    found = [str(one) for one in get_args(kind)] if get_origin(kind) is Literal else []
    return found or [word for part in get_args(kind) for word in choices(part)]


def check_params(path: Path) -> tuple[int, int]:
    """(generation, baseline), once every section is read: a wrong value is found before a job costs anything."""
    values = read_yaml(path)
    own = [of for of in vars(records).values() if getattr(of, "__module__", "") == records.__name__]
    sections = {of.__name__.lower(): of for of in own}
    if unknown := sorted(set(map(str, values)) - {"generation", "baseline", *sections}):
        raise unusable(
            str(path), f"unknown: {', '.join(unknown)}", f"known: generation, baseline, {', '.join(sections)}"
        )
    for section, of in sections.items():
        to_record(path, section, values.get(section), of)
    return read_numbers(path)


def read_numbers(path: Path) -> tuple[int, int]:
    """(generation, baseline), whatever the sections hold: an older revision's may have other params."""
    values = read_yaml(path)
    number, baseline = values.get("generation"), values.get("baseline")
    if type(number) is not int or number < 1:
        raise unusable(f"{path}: generation", f"{number!r}", "write the number of the generation to make, 1 or more")
    if type(baseline) is not int or not 0 <= baseline < number:
        raise unusable(f"{path}: baseline", f"{baseline!r}", f"it is an earlier generation: 0 to {number - 1}")
    return number, baseline


def field_names(of: type) -> tuple[str, ...]:
    return tuple(field.encode_name for field in msgspec.structs.fields(of))


class Once(yaml.constructor.SafeConstructor):
    """Refuses a key that stands twice in a mapping, of which YAML's own reader takes the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, object]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for at, key in enumerate(keys):
            if key in keys[:at]:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key!r} stands twice", node.value[at][0].start_mark
                )
        return super().construct_mapping(node, deep)


class Slow(Once, yaml.SafeLoader):
    """PyYAML's own: what is nested too deep is a RecursionError."""


class Fast(Once, getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """libyaml's, where PyYAML has it: in a tenth of the time; but what is nested too deep ends the whole process."""


def load(text: str) -> object:
    """The value of a YAML text, by the faster of the two where it cannot be nested too deep: each level has a mark."""
    deepest = sum(map(text.count, "[{-?:"))
    return yaml.load(text, Fast if deepest < DEEP else Slow)  # noqa: S506, they are SafeLoaders


def leaves(value: object, at: str = "") -> Iterator[tuple[str, object]]:
    """Every value that is no list and no mapping, and every key, with the keys that lead to it."""
    if isinstance(value, dict):
        for key, inner in value.items():
            below = f"{at}.{key}" if at else f"{key}"
            yield below, key
            yield from leaves(inner, below)
    elif isinstance(value, list | tuple | set):
        for number, inner in enumerate(value):
            yield from leaves(inner, f"{at}[{number}]")
    else:
        yield at, value


def read_yaml(path: Path) -> dict[str, object]:
    """A YAML file that holds a mapping of values that JSON has, too: no infinity, and nothing that is not a number."""
    try:
        values = load(path.read_text(encoding="utf-8"))
        msgspec.json.encode(values)
        for at, value in leaves(values):
            if isinstance(value, float) and not math.isfinite(value):
                raise unusable(f"{path}: {at}", f"not a finite number: {value}", "write the number that is meant")
    except FileNotFoundError:
        raise unusable(str(path), "no such file", "run from the repository's root") from None
    except (yaml.YAMLError, *STUMBLES) as error:
        raise unusable(str(path), f"not YAML ({' '.join(str(error).split())})", "mend it") from None
    if not isinstance(values, dict):
        raise unusable(str(path), "not a mapping of sections", "write one section per stage")
    return values
