"""Each file has as many records as the provider, or params, ask for; what is no chat is none."""

from collections.abc import Iterator

from finetune.dataset.found import Files
from finetune.dataset.samples import Sample, chat
from finetune.records.dataset import Side
from finetune.records.profile import Scope

GOOD = Sample(tuple(chat(f"Split: I want {number} apples.") for number in range(10)), profile="openai")
BAD = Sample((chat(), "", "{"), profile="openai")


def check_files(files: Files, scope: Scope) -> Iterator[tuple[Side, int, str]]:
    for side, records in files.records():
        limit = getattr(scope.profile, f"fewest_{side}") or 0
        fewest = max(limit, scope.fewest.get(side, 0), 1)
        if records < fewest:
            whose = {limit: scope.profile.title, scope.fewest.get(side, 0): f"validate.fewest_{side}"}
            noun = "record" if records == 1 else "records"
            needed = "one is" if fewest == 1 else f"{fewest} are"
            says = f" ({whose[fewest]})" if fewest in whose else ""
            yield side, 0, f"{records} {noun}; at least {needed} needed{says}"
