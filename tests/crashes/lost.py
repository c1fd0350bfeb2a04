"""Every answer that a submitting process waits for is lost, late or wrong, once; then the same command again."""

from collections.abc import Iterator
from typing import Any

from tests.crashes.rig import Outcome, Rig
from tests.emulated import DATASETS, JOBS

REQUESTS: list[dict[str, Any]] = [
    {"method": "POST", "path": JOBS, "request": 1},
    {"method": "POST", "path": DATASETS, "request": 1},
    {"method": "GET", "path": JOBS, "request": 1},
    {"method": "GET", "path": JOBS, "request": 2},
    {"method": "GET", "path": JOBS, "request": 3},
    {"method": "GET", "path": "/v1/models/.*", "request": 1},
]
"""What a run asks: GET of the jobs for access, to look for ours, and again once one is started."""
FAULTS: list[dict[str, Any]] = [
    {"fault": "reset-after"},
    {"fault": "reset-before"},
    {"fault": "truncated"},
    {"fault": "html"},
    {"fault": "not-json"},
    {"fault": "wrong-body"},
    {"fault": "no-id"},
    {"fault": "delay", "seconds": 0.7},
    {"fault": "delay-before", "seconds": 0.7},
    {"fault": "billing-limit"},
    *(
        {"fault": "status", "code": code, "processed": processed}
        for code in (500, 503, 529, 409, 429, 404, 403, 401, 400)
        for processed in (True, False)
    ),
]


def lost(rig: Rig, every: int) -> Iterator[tuple[str, Outcome]]:
    """Of the request that starts the job more faults than of the others, where not all are tried."""
    for request in REQUESTS:
        step = -(-every // 12) if request["method"] == "POST" and request["path"] == JOBS else every
        for fault in FAULTS[::step]:
            project = rig.project()
            rig.emulator.faults(request | fault)
            outcome = rig.until_done(project)
            more = " ".join(str(value) for value in fault.values())
            yield f"{request['method']} {request['path']} #{request['request']}: {more}", outcome
