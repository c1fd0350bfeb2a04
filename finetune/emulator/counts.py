"""What tests assert on: how much was made, asked and billed, whatever a client believes."""

import re
import threading
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec

from finetune.emulator.records import Batch, Counted, Dataset, FineTuning
from finetune.emulator.schedule import Schedule
from finetune.emulator.store import Shelf, read
from finetune.files.writing import write_json

IDS = re.compile(r"(?<=/)(?:ftjob|ftds|msgbatch)_[^/]+|(?<=/v1/models/).+")
MOST_PATHS = 1000


class Counts:
    """Messages and requests are counted here, and kept in counts.json; all else is counted in its records.

    The file is written with every bill and at the end: after a kill, requests since the last bill are forgotten.
    """

    def __init__(self, folder: Path, schedule: Schedule) -> None:
        self.path, self.schedule, self.lock = folder / "counts.json", schedule, threading.Lock()
        self.counted = read(self.path, Counted) if self.path.exists() else Counted()

    def request(self, method: str, path: str) -> None:
        """Count a request that came in, whatever becomes of it, by its path with {id} in the place of an id."""
        requests = self.counted.requests
        name = f"{method} {IDS.sub('{id}', path)}"
        name = name if name in requests or len(requests) < MOST_PATHS else f"{method} of other paths"
        requests[name] = requests.get(name, 0) + 1

    def bill_message(self, usd: float) -> None:
        with self.lock:
            self.counted.messages += 1
            self.counted.billed_usd += usd
            self.keep()

    def keep(self) -> None:
        write_json(self.path, msgspec.structs.replace(self.counted, requests=dict(self.counted.requests)))

    def told(self, datasets: Shelf[Dataset], jobs: Shelf[FineTuning], batches: Shelf[Batch]) -> dict[str, Any]:
        billed = [self.counted.billed_usd]
        billed += [job.billed_usd for job in jobs.all()] + [batch.billed_usd for batch in batches.all()]
        return {
            "datasets": len(datasets.all()),
            "jobs": len(jobs.all()),
            "jobs_by_key": Counter(key for job in jobs.all() for key in keys(job)),
            "messages": self.counted.messages,
            "batches": len(batches.all()),
            "billed_usd": round(sum(billed), 6),
            "requests": dict(sorted(self.counted.requests.items())),
            "faults": dict(self.schedule.struck),
        }


def keys(job: FineTuning) -> set[str]:
    """The key that a client gave a job: whatever of its metadata has a name that ends with `key`."""
    return {value for name, value in job.metadata.items() if name.endswith("key")}
