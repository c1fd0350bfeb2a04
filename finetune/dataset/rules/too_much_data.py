"""No file has more records or bytes than the provider takes."""

from collections.abc import Iterator

from finetune.dataset.found import Files
from finetune.dataset.samples import Sample, chat
from finetune.records.dataset import Side
from finetune.records.profile import Scope

GOOD = Sample((chat(),), profile="bedrock")
BAD = Sample((chat(),) * 32, (chat(),) * 1001, profile="bedrock")


def check_files(files: Files, scope: Scope) -> Iterator[tuple[Side, int, str]]:
    profile = scope.profile
    for side, records in files.records():
        most: int | None = getattr(profile, f"most_{side}")
        if most is not None and records > most:
            yield side, 0, f"{records:,} records; at most {most:,} are taken ({profile.title})"
        if profile.bytes_per_file is not None and files.sizes[side] > profile.bytes_per_file:
            taken = f"at most {profile.bytes_per_file:,} are taken ({profile.title})"
            yield side, 0, f"{files.sizes[side]:,} bytes; {taken}"
    total = sum(records for _, records in files.records())
    if profile.most_total is not None and total > profile.most_total:
        yield "training", 0, f"{total:,} records in all; at most {profile.most_total:,} are taken ({profile.title})"
