"""Roles are those that the provider knows, in its order: mostly user first, in turns, assistant last."""

from collections.abc import Iterator
from itertools import pairwise

from finetune.dataset.found import Problem
from finetune.dataset.samples import Sample, chat, talk
from finetune.records.dataset import Line
from finetune.records.profile import Scope

GOOD = Sample((chat(), talk(("user", "a"), ("assistant", "b"), ("user", "c"), ("assistant", "d"))))
BAD = Sample(
    (
        talk(("assistant", "a"), ("user", "b")),
        talk(("user", "a"), ("user", "b"), ("assistant", "c")),
        talk(("user", "a")),
        talk(("human", "a"), ("assistant", "b")),
        talk(),
    )
)
SHAPE = True


def check(line: Line, scope: Scope) -> Iterator[Problem]:
    if not line.chat:
        return
    profile, roles = scope.profile, [message.role for message in line.chat.messages if message.role != "system"]
    told = ", ".join(roles) or "none"
    for role in dict.fromkeys(role for role in roles if role not in profile.roles):
        yield Problem(
            f"the role {role!r} is unknown; the roles are {', '.join(profile.roles)}", line.column(f'"{role}"')
        )
    if "assistant" not in roles:
        yield Problem(f"no message of the assistant (the roles are {told}); write the answer that is to be learnt")
    elif profile.first and roles[0] != profile.first:
        yield Problem(f"the first message is of {roles[0]!r}; the {profile.first} has to begin")
    elif profile.last and roles[-1] != profile.last:
        yield Problem(f"the last message is of {roles[-1]!r}; the {profile.last} has to end")
    elif profile.alternate and any(one == other != "tool" for one, other in pairwise(roles)):  # of calls at once
        yield Problem(f"the roles do not alternate: {told}; put texts of one role that follow each other together")
