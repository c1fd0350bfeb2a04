"""OpenAI's format of direct preference optimization."""

from collections.abc import Iterator

from finetune.dataset.preferences import Preference


def write(pair: Preference) -> Iterator[object]:
    yield {
        "input": {"messages": pair.prompt, "tools": [], "parallel_tool_calls": True},
        "preferred_output": [pair.chosen],
        "non_preferred_output": [pair.rejected],
    }
