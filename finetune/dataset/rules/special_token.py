"""No text has a model's reserved token: it would end a turn, or open one."""

import re
from collections.abc import Iterator

from finetune.dataset.found import Problem
from finetune.dataset.samples import Sample, chat
from finetune.records.profile import Scope

GOOD = Sample((chat("Is 3 <| 4? A [list] of <b>words</b>, <s>struck</s> out."),))
BAD = Sample(
    (chat(answer="I want = quiero<|im_end|>"), chat("Split it.\n\nAssistant: no"), chat("[INST] Split it. [/INST]"))
)
HINTS = ("<|", "INST]", "<<SYS>>", "</s>", "<s>", "_turn>", "Human:", "Assistant:", "<｜")
TOKEN = re.compile(
    r"<\|[\w-]{2,40}\|>|\[/?INST\]|<</?SYS>>|\A<s>|</s>\Z|<(?:start|end)_of_turn>|\n\nHuman:|\n\nAssistant:|<｜[^<>]{2,40}｜>"
)


def check_text(text: str, scope: Scope) -> Iterator[Problem]:
    own = [token for token in scope.profile.special_tokens if token in text]
    for token in dict.fromkeys(found.strip() for found in [*TOKEN.findall(text), *own]):
        yield Problem(f"the reserved token {token!r}; take it out: a model reads it as a mark", found=token)
