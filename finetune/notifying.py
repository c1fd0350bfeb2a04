"""Tells people that a job has ended: by a webhook, by a command of theirs. What fails on the way is told, no more."""

import os
import shlex
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.client import HTTPException

import msgspec

from finetune.records.notify import Notice, Notify

SECONDS = 20
"""A webhook or a command that takes longer is given up: the job's model is recorded whatever they do."""


class Straight(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: that would make a GET of the POST, which tells nobody."""

    def redirect_request(self, *_: object) -> None:
        return None


def notify(whom: Notify, notice: Notice) -> Iterator[str]:
    """Tell everybody; what went wrong, in words. Never an error: a job that succeeded did, whoever heard of it."""
    if whom.webhook:
        yield from post(whom.webhook, notice)
    if whom.command:
        yield from run(whom.command, notice)


def post(webhook: str, notice: Notice) -> Iterator[str]:
    """POST the notice as JSON. The address is in no message: who has it may write to the channel."""
    address = os.environ.get(webhook[1:], "") if webhook.startswith("$") else webhook
    if not address.startswith(("https://", "http://")):
        what = f"{webhook} is not set" if webhook.startswith("$") else "it is no http(s) address"
        yield f"record.notify.webhook: {what}; nobody was told"
        return
    try:
        headers = {"Content-Type": "application/json", "User-Agent": "finetune"}
        asked = urllib.request.Request(address, msgspec.json.encode(notice), headers)  # noqa: S310, http(s) as seen above
        with urllib.request.build_opener(Straight).open(asked, timeout=SECONDS):
            return
    except urllib.error.HTTPError as error:
        yield f"record.notify.webhook: it answered {error.code}; nobody may have been told"
    except (OSError, ValueError, HTTPException) as error:
        yield f"record.notify.webhook: it cannot be reached ({type(error).__name__}); nobody was told"


def run(command: str, notice: Notice) -> Iterator[str]:
    """Run the command, with the notice in FINETUNE_TEXT, _JOB_ID, _STATUS, _MODEL_ID and _REASON of its environment."""
    told = {f"FINETUNE_{name.upper()}": value for name, value in msgspec.structs.asdict(notice).items()}
    try:
        environment = {**os.environ, **told}
        done = subprocess.run(
            shlex.split(command), env=environment, stdin=subprocess.DEVNULL, timeout=SECONDS, check=False
        )
        if done.returncode:
            yield f"record.notify.command: it ended with {done.returncode}"
    except subprocess.TimeoutExpired:
        yield f"record.notify.command: it took more than {SECONDS} seconds and was ended"
    except (OSError, ValueError) as error:
        yield f"record.notify.command: it cannot be run ({error})"
