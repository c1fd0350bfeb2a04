"""No answer that is taught breaks a law of the course, or takes a chunk that is not in its sentence."""

from collections.abc import Iterator

from finetune.dataset.found import Problem
from finetune.dataset.samples import Sample, lego
from finetune.lego.check import seed_laws
from finetune.lego.tokens import normalise
from finetune.records.course import Seed
from finetune.records.dataset import Line
from finetune.records.profile import Scope

GOOD = Sample((lego(("I want", "Quiero"), ("to eat", "comer")),), lego=True)
BAD = Sample(
    (
        lego(("the", "el"), target="El vino.", known="The wine."),
        lego(("to eat", "comer"), claims=(("to eat", "tomar"),)),
        lego(("to drink", "beber")),
        lego(("to eat", "comer"), ("to eat", "tomar"), target="Comer y tomar.", known="To eat and to eat."),
    ),
    lego=True,
)


def check(line: Line, scope: Scope) -> Iterator[Problem]:
    prompt, answer = line.prompt, line.answer
    if not prompt or not answer:
        return
    claimed = {normalise(claim.known_chunk): claim.target_chunk for claim in prompt.claims}
    languages = prompt.target_language, prompt.known_language
    sentences = prompt.target, prompt.known
    seed = Seed(prompt.course, prompt.seed_id, *languages, *sentences, answer.lego_pairs, answer.feeder_pairs)
    for pair in seed.pairs:
        first = claimed.setdefault(normalise(pair.known_chunk), pair.target_chunk)
        if first != pair.target_chunk and normalise(first) != normalise(pair.target_chunk):
            said = f"{pair.known_chunk!r} is {pair.target_chunk!r} here, and was claimed as {first!r}"
            yield Problem(f"FCFS: {said}, in the prompt or by a pair before; take more words in")
    for law in seed_laws():
        for finding in law.check((seed,)):
            if finding.severity in ("critical", "structure"):
                yield Problem(f"{finding.rule}: {finding.message}")
