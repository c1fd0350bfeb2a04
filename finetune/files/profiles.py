"""Reads a provider's profile: one TOML file of finetune/dataset/profiles each."""

import tomllib
from pathlib import Path

import msgspec

from finetune.errors import unusable
from finetune.records.profile import Profile

FOLDER = Path(__file__).parents[1] / "dataset" / "profiles"


def profile_names() -> list[str]:
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def read_profile(name: str, where: str = "--profile") -> Profile:
    """The profile of this name; `where` is what to mend if there is none."""
    if name not in profile_names():
        raise unusable(where, f"unknown: {name}", f"known: {', '.join(profile_names())}")
    path = FOLDER / f"{name}.toml"
    try:
        return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")) | {"name": name}, Profile)
    except (ValueError, RecursionError) as error:
        raise unusable(str(path), str(error), f"it holds {', '.join(Profile.__struct_fields__)}") from None
