"""The JSON schema of an answer, as structured outputs take it."""

from functools import cache
from typing import Any

import msgspec

from finetune.records.course import Breakdown


@cache
def answer_schema() -> dict[str, Any]:
    """That of a breakdown, in what structured outputs take: no references, no annotations, no null for what is left
    out."""
    schema = msgspec.json.schema(Breakdown)
    written: dict[str, Any] = plain(schema, schema["$defs"])
    return written


def plain(value: Any, named: dict[str, Any]) -> Any:
    if isinstance(value, list):
        return [plain(one, named) for one in value]
    if not isinstance(value, dict):
        return value
    if "$ref" in value:
        return plain(named[value["$ref"].rpartition("/")[2]], named)
    if "anyOf" in value:
        (value,) = [one for one in value["anyOf"] if one != {"type": "null"}]
    names = ("title", "description", "default", "$defs")
    if "properties" in value:  # whose keys are names of fields
        fields = {name: plain(one, named) for name, one in value["properties"].items()}
        return {**{key: one for key, one in value.items() if key not in names}, "properties": fields}
    return {key: plain(one, named) for key, one in value.items() if key not in names}
