"""No text has a model's reserved token: it would end a turn, or open one."""

import re
from collections.abc import Iterator

from finetune.dataset.lint import Problem
from finetune.dataset.samples import Sample, chat
from finetune.records.dataset import Line
from finetune.records.profile import Scope

GOOD = Sample((chat("Is 3 <| 4? A [list] of <b>words</b>, <s>struck</s> out."),))
BAD = Sample(
    (chat(answer="I want = quiero<|im_end|>"), chat("Split it.\n\nAssistant: no"), chat("[INST] Split it. [/INST]"))
)
HINTS = ("<|", "INST]", "<<SYS>>", "</s>", "<s>", "_turn>", "Human:", "Assistant:", "<｜")
TOKEN = re.compile(
    r"<\|[\w-]{2,40}\|>|\[/?INST\]|<</?SYS>>|\A<s>|</s>\Z|<(?:start|end)_of_turn>|\n\nHuman:|\n\nAssistant:|<｜[^<>]{2,40}｜>"
)


def check(line: Line, scope: Scope) -> Iterator[Problem]:
    own = scope.profile.special_tokens
    for text in line.texts:
        for found in dict.fromkeys([*TOKEN.findall(text), *(token for token in own if token in text)]):
            token = found.strip()
            yield Problem(f"the reserved token {token!r}; take it out: a model reads it as a mark", line.column(token))
