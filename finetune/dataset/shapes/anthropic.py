"""The system prompt is a key of the line: Anthropic, and its models on Bedrock."""

from finetune.records.dataset import Example


def write(example: Example) -> Example:
    return example
