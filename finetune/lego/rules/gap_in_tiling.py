"""LEGOs, and the pairs that earlier seeds claimed, cover both sentences of their seed."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from finetune.lego.claims import claims_of
from finetune.lego.coverage import Index, covered
from finetune.lego.tokens import Piece, cut, pieces
from finetune.records.course import Answered, Seed
from finetune.records.finding import CourseFinding

FINAL_PARTICLES = frozenset("吗呢吧啊呀嘛啦哦か")
"""A particle at a sentence's end that has no words of its own in the other language may stay uncovered."""


def gaps(taken: set[int], sentence: Sequence[Piece]) -> Iterator[tuple[int, int]]:
    """The runs of pieces that are not taken, as (start, end) in the sentence's text."""
    end = len(sentence)
    while end and end - 1 not in taken and sentence[end - 1].text in FINAL_PARTICLES:
        end -= 1
    left = [at for at in range(end) if at not in taken]
    for _, numbered in groupby(enumerate(left), key=lambda pair: pair[1] - pair[0]):
        run = [at for _, at in numbered]
        yield sentence[run[0]].start, sentence[run[-1]].end


def check(course: Sequence[Seed]) -> Iterator[CourseFinding]:
    index = Index(claims_of(course).values())
    order = {seed.seed_id: number for number, seed in enumerate(course)}
    for number, seed in enumerate(course):
        if isinstance(seed, Answered) and seed.error:
            continue
        known, target = cut(seed.known), cut(seed.target)
        claimed = [claim for claim in index.standing_in(known) if order[claim.seed_id] < number]
        taken = covered(seed.lego_pairs, claimed, (known, target))
        for side, text, words in zip(("known", "target"), (seed.known, seed.target), taken, strict=True):
            for start, end in gaps(words, pieces(text)):
                gap = text[start:end]
                message = f"{gap!r} of the {side} sentence is in no LEGO and no claimed pair that fits; chunk it too"
                chunk = gap if side == "known" else ""
                yield CourseFinding("GAP_IN_TILING", "structure", seed.course, seed.seed_id, message, chunk)
