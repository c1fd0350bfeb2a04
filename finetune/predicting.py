"""Has the models of both generations answer a course, seed by seed in order, keeping every answer."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from finetune.answers import Answers
from finetune.dataset.examples import read_answer, user_text
from finetune.errors import NoAnswerError
from finetune.lego.claims import Claims, bearing, claim
from finetune.providers import ReportsUsage
from finetune.records.course import NOTHING, Seed
from finetune.records.dataset import Message
from finetune.records.result import Prediction
from finetune.records.usage import Reply
from finetune.tally import Tally


class Answering(Protocol):
    """The part of a provider that answers."""

    def complete(self, model: str, messages: Sequence[Message]) -> str: ...

    def settings(self, model: str) -> str: ...


@dataclass(frozen=True)
class Question:
    """What a model is asked; `key` tells it from every other question."""

    key: str
    model: str
    messages: Sequence[Message]


class Respondent:
    """A model of a provider under a system prompt, with its kept answers. Threads may ask at once.

    `tally` counts the calls that were made. `failed` says of questions that were asked ahead, by their keys, why they
    have no answer.
    """

    def __init__(self, provider: Answering, model: str, system: str, answers: Answers) -> None:
        self.provider, self.model, self.system, self.answers = provider, model, system, answers
        self.settings, self.tally = provider.settings(model), Tally()
        self.failed: dict[str, str] = {}

    def question(self, seed: Seed, claims: Claims, sample: int) -> Question:
        messages = [Message("system", self.system), Message("user", user_text(seed, bearing(claims, seed.known)))]
        return Question(self.answers.key(self.model, messages, self.settings, sample), self.model, messages)

    def answer(self, question: Question) -> str:
        """The model's answer, kept from before or asked for now. NoAnswerError, which is not kept, if there is none."""
        kept = self.answers.get(question.key)
        if kept is not None:
            return kept
        if question.key in self.failed:
            raise NoAnswerError(self.model, self.failed[question.key])
        reply = self.ask(question)
        if reply.failed:
            raise NoAnswerError(self.model, reply.failed)
        self.answers.keep(question.key, reply.text)
        return reply.text

    def ask(self, question: Question) -> Reply:
        """The reply to a call that is made now, and counted."""
        number, begun = self.tally.begin(question.key, question.messages), time.monotonic()
        reply = None
        try:
            if isinstance(self.provider, ReportsUsage):
                reply = self.provider.reply(self.model, question.messages)
            else:
                reply = Reply(self.provider.complete(self.model, question.messages))
            return reply
        finally:
            self.tally.end(number, time.monotonic() - begun, reply)

    def predict(self, seed: Seed, claims: Claims, sample: int) -> Prediction:
        """What the model makes of a seed under these claims."""
        try:
            given = self.answer(self.question(seed, claims, sample))
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


class Sitting:
    """A course that all sides answer, seed by seed; `predictions` are each side's, in the order of the course.

    The sides take turns at every question, and at who is first, so that whatever changes at a provider in these hours
    changes for both. Claims come from each run's own earlier answers, or from `truth` where it is given.
    """

    def __init__(
        self, course: Sequence[Seed], truth: Sequence[Seed] | None, sides: Sequence[Respondent], samples: int
    ) -> None:
        self.course, self.truth, self.position = course, truth, 0
        self.runs = [[Run(side, sample) for side in sides] for sample in range(1, samples + 1)]
        self.predictions: list[list[Prediction]] = [[] for _ in sides]

    @property
    def is_over(self) -> bool:
        return self.position == len(self.course)

    def known(self) -> Iterator[Question]:
        """The questions that can be asked now: those of the next seed; of all that are left, where `truth` is given."""
        for run in (run for of_sample in self.runs for run in of_sample):
            if self.truth is None:
                yield run.respondent.question(self.course[self.position], run.claims, run.sample)
                continue
            claims = Claims()
            for position, seed in enumerate(self.course):
                if position >= self.position:
                    yield run.respondent.question(seed, claims, run.sample)
                claim(claims, self.truth[position])

    def answer(self, done: Callable[[Prediction], None]) -> None:
        """Have every side answer the next seed."""
        seed = self.course[self.position]
        for turn, of_sample in enumerate(self.runs, start=self.position):
            for at, run in list(enumerate(of_sample))[:: -1 if turn % 2 else 1]:
                prediction = run.respondent.predict(seed, run.claims, run.sample)
                self.predictions[at].append(prediction)
                own = seed.with_breakdown(prediction.breakdown or NOTHING)
                claim(run.claims, self.truth[self.position] if self.truth else own)
                done(prediction)
        self.position += 1


def predict_course(
    course: Sequence[Seed],
    truth: Sequence[Seed] | None,
    sides: Sequence[Respondent],
    samples: int,
    done: Callable[[Prediction], None],
) -> list[list[Prediction]]:
    """Each side's predictions of a course, asked one after another."""
    sitting = Sitting(course, truth, sides, samples)
    while not sitting.is_over:
        sitting.answer(done)
    return sitting.predictions
