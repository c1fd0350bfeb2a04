"""A message's weight is 0 or 1, and an answer's 1: it is learnt. A line's is a number that is not negative."""

from collections.abc import Iterable, Iterator
from math import isfinite

from finetune.dataset.found import Files, Problem
from finetune.dataset.samples import Sample, talk
from finetune.records.dataset import Line, Side
from finetune.records.profile import Scope

TURNS: list[dict[str, object]] = [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b", "weight": 1}]
GOOD = Sample((talk(("user", "a"), ("assistant", "b"), messages=TURNS),))
BAD = Sample(
    (
        talk(messages=[TURNS[0], {**TURNS[1], "weight": 7}]),
        talk(messages=TURNS, weight=-1),
        talk(messages=[TURNS[0], {**TURNS[1], "weight": 0}]),
    )
)
PLAIN = False


def check(line: Line, scope: Scope) -> Iterator[Problem]:
    if not isinstance(line.value, dict):
        return
    whole, messages = line.value.get("weight"), line.value.get("messages")
    if whole is not None and not (is_number(whole) and whole >= 0):
        yield Problem(f"the line's weight is {whole!r}; write a number of 0 or more", line.column('"weight"'))
    for number, message in enumerate(messages if isinstance(messages, list) else (), start=1):
        weight = message.get("weight") if isinstance(message, dict) else None
        if weight is not None and not (is_number(weight) and weight in (0, 1)):
            said = f"message {number}: its weight is {weight!r}; write 0 or 1"
            yield Problem(said, found='"weight"', message_number=number)
        elif weight is not None and message.get("role") not in (scope.profile.weighed_roles or [message.get("role")]):
            said = f"message {number}: a weight, which only the role {' or '.join(scope.profile.weighed_roles)} has"
            yield Problem(f"{said}; take it out", found='"weight"', message_number=number, warns=True)
    answers = [one.get("weight") for one in answers_in(messages)]
    if answers and all(is_number(weight) and weight == 0 for weight in answers):
        said = "each answer's weight is 0: nothing is learnt of the line; weigh one 1, or take the line out"
        yield Problem(said, warns=True)


def gather(lines: Iterable[Line]) -> Iterator[tuple[Line, tuple[str, ...], str]]:
    for line in lines:
        if isinstance(line.value, dict) and line.value.get("weight") is not None:
            yield line, ("weighed",), ""


def check_files(files: Files, scope: Scope) -> Iterator[tuple[Side, int, str]]:
    for (side, _), label in files.gathered.items() if scope.profile.all_weighed else ():
        if 0 < label.size < (records := files.counted[side]):
            yield side, 0, f"{label.size} of {records} records have a weight; write one in all of them, or in none"


def answers_in(messages: object) -> Iterator[dict[str, object]]:
    objects = (one for one in messages if isinstance(one, dict)) if isinstance(messages, list) else ()
    return (one for one in objects if one.get("role") == "assistant")


def is_number(value: object) -> bool:
    whole = isinstance(value, int) and not isinstance(value, bool)  # however long: it need not fit into a float
    return whole or (isinstance(value, float) and isfinite(value))
