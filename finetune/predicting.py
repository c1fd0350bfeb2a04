"""Has the models of both generations answer courses, seed by seed in order, keeping every answer."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from finetune.answers import Answers
from finetune.dataset.examples import read_answer, user_text
from finetune.dataset.tokens import tokens_of, tokens_of_messages
from finetune.errors import NoAnswerError
from finetune.lego.claims import Claims, bearing, claim
from finetune.records.course import NOTHING, Seed
from finetune.records.dataset import Message
from finetune.records.price import NONE, Range
from finetune.records.result import Prediction


class Answering(Protocol):
    """The part of a provider that answers."""

    def complete(self, model: str, messages: Sequence[Message]) -> str: ...

    def settings(self, model: str) -> str: ...


class Respondent:
    """A model of a provider under a system prompt, with its kept answers.

    `asked` counts the calls that were made, `questions` are their keys; `input_tokens` and `output_tokens` are
    estimates of what went there and came back, `seconds` is how long the calls took in all.
    """

    def __init__(self, provider: Answering, model: str, system: str, answers: Answers) -> None:
        self.provider, self.model, self.system, self.answers = provider, model, system, answers
        self.settings = provider.settings(model)
        self.asked, self.seconds = 0, 0.0
        self.questions: list[str] = []
        self.input_tokens, self.output_tokens = NONE, NONE

    def answer(self, user: str, sample: int) -> str:
        """The model's answer, kept from before or asked for now. NoAnswerError, which is not kept, if there is none."""
        messages = [Message("system", self.system), Message("user", user)]
        key = self.answers.key(self.model, messages, self.settings, sample)
        kept = self.answers.get(key)
        if kept is not None:
            return kept
        self.questions.append(key)
        given = self.ask(messages)
        self.answers.keep(key, given)
        return given

    def ask(self, messages: Sequence[Message]) -> str:
        """The answer to a call that is made now, and counted. One without an answer may be charged for what it sent."""
        sent, begun = tokens_of_messages(messages), time.monotonic()
        self.asked += 1
        charged = Range(0, sent.high)
        try:
            given = self.provider.complete(self.model, messages)
            charged = sent
            self.output_tokens += tokens_of(given)
            return given
        finally:
            self.seconds += time.monotonic() - begun
            self.input_tokens += charged

    def predict(self, seed: Seed, claims: Claims, sample: int) -> Prediction:
        """What the model makes of a seed under these claims."""
        try:
            given = self.answer(user_text(seed, bearing(claims, seed.known)), sample)
        except NoAnswerError as error:
            return Prediction(seed.course, seed.seed_id, self.model, "", sample=sample, failed=str(error))
        try:
            return Prediction(seed.course, seed.seed_id, self.model, given, read_answer(given), sample=sample)
        except ValueError as error:
            return Prediction(seed.course, seed.seed_id, self.model, given, error=str(error), sample=sample)


@dataclass
class Run:
    """One sample of one side: it answers a course from its first seed to its last, with claims of its own."""

    respondent: Respondent
    sample: int
    claims: Claims = field(default_factory=Claims)


def predict_course(
    course: Sequence[Seed],
    truth: Sequence[Seed] | None,
    sides: Sequence[Respondent],
    samples: int,
    done: Callable[[Prediction], None],
) -> list[list[Prediction]]:
    """Each side's predictions, seed by seed and sample by sample.

    The sides take turns at every question, and at who is first, so that whatever changes at a provider in these hours
    changes for both. Claims come from each run's own earlier answers, or from `truth` where it is given.
    """
    runs = [[Run(side, sample) for side in sides] for sample in range(1, samples + 1)]
    predictions: list[list[Prediction]] = [[] for _ in sides]
    for position, seed in enumerate(course):
        for turn, both in enumerate(runs, start=position):
            for at, run in list(enumerate(both))[:: -1 if turn % 2 else 1]:
                prediction = run.respondent.predict(seed, run.claims, run.sample)
                predictions[at].append(prediction)
                own = seed.with_breakdown(prediction.breakdown or NOTHING)
                claim(run.claims, truth[position] if truth else own)
                done(prediction)
    return predictions
