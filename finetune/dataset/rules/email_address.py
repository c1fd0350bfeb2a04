"""No text has an e-mail address: it is someone's."""

import re
from collections.abc import Iterator

from finetune.dataset.found import Problem
from finetune.dataset.samples import Sample, chat
from finetune.records.profile import Scope

GOOD = Sample(
    (
        chat("Meet me @ noon, or write to info@example.com; clone git@github.com:a/b."),
        chat("Use logo@2x.png, react@18.next and A@B.transpose; connect to db://ana:word@host.name.es/x."),
    )
)
BAD = Sample((chat("Write to maria.lopez@correo.es."),))
HINTS = ("@",)
FILES = "png|jpe?g|gif|svg|webp|pdf|json|html?|css|next"
ADDRESS = re.compile(
    r"(?<![\w.+-])(?<!://)(?!git@)(?<!:)[\w.+-]+@(?!example\.|\d+x?\.)[\w-]+(?:\.[\w-]+)*"
    rf"\.(?!(?:{FILES})\b)[a-zA-Z]{{2,8}}\b"
)
"""It begins where a word does: a search from each letter of a long word takes the square of its length."""


def check_text(text: str, scope: Scope) -> Iterator[Problem]:
    for address in ADDRESS.findall(text):
        said = f"an e-mail address ({address[:2]}…@…); write one at example.com, or take it out"
        yield Problem(said, found=address)
