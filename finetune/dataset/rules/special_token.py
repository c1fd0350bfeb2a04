"""No text has a model's reserved token: it would end a turn, or open one."""

import re
from collections.abc import Iterator

from finetune.dataset.found import Problem
from finetune.dataset.samples import Sample, chat
from finetune.records.profile import Scope

GOOD = Sample(
    (
        chat("Is 3 <| 4? A [list] of <b>words</b>, <s>struck</s> out.", "Was <s>10</s>"),
        chat("<s>old</s> new", '- a\n- <s class="x">b</s>'),
    )
)
BAD = Sample(
    (
        chat(answer="I want = quiero<|im_end|>"),
        chat("Split it.\n\nAssistant: no"),
        chat("[INST] Split it. [/INST]"),
        chat(answer="[TOOL_CALLS] split"),
        chat(answer="quiero<eos>"),
        chat(answer="quiero</s>"),
        chat(answer="quiero</s> comer"),
        chat(answer="<s>quiero</s>"),
        chat(answer="Was <s>10</s> comer</s>"),
    )
)
HINTS = (
    *("<|", "<｜", "INST]", "<<SYS>>", "</s>", "<s>", "_turn>", "<bos>", "<eos>", "<pad>", "<fim_"),
    *("Human:", "Assistant:", "_TOOLS]", "TOOL_CALLS]", "TOOL_RESULTS]", "SYSTEM_PROMPT]"),
)
TOKEN = re.compile(
    r"<\|[\w-]{2,40}\|>|<｜[^<>]{2,40}｜>|<(?:start|end)_of_turn>|<(?:bos|eos|pad|fim_(?:prefix|middle|suffix))>"
    r"|\[/?(?:INST|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS|SYSTEM_PROMPT)\]|<</?SYS>>|\A<s>(?!.*</s>)|(?<!<s>)</s>\Z",
    re.DOTALL,
)
STRUCK = re.compile(r"<s(?: [^<>]*)?>(?:(?!</?s[ >]).)*</s>", re.DOTALL)
MAYBE = re.compile(r"\n\nHuman:|\n\nAssistant:")
OPEN = re.compile(rf"{MAYBE.pattern}|\A<s>|</s>")
"""What may be meant: a dialogue that is quoted, struck out text."""


def check_text(text: str, scope: Scope) -> Iterator[Problem]:
    own = [token for token in scope.profile.special_tokens if token in text]
    said = unstruck(text)
    sure = dict.fromkeys(found.strip() for found in [*TOKEN.findall(said), *own])
    maybe = dict.fromkeys(found.strip() for found in (MAYBE if "<s>" in said[1:] else OPEN).findall(said))
    for token in sure | maybe:
        said = f"the reserved token {token!r}; take it out: a model reads it as a mark"
        yield Problem(said, found=token, warns=token not in sure)


def unstruck(text: str) -> str:
    """The text without what HTML strikes out in it; where that is all of it, these are the marks of its ends."""
    rest = STRUCK.sub(" ", text) if "</s>" in text else text
    return rest if rest.strip() else text
