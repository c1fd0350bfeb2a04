"""Answers courses with a model, seed by seed in order, keeping every answer."""

from collections.abc import Callable, Sequence

from finetune.answers import Answers
from finetune.dataset.examples import read_answer, user_text
from finetune.lego.claims import Claims, bearing, claim
from finetune.providers import Provider
from finetune.records.course import NOTHING, Seed
from finetune.records.dataset import Message
from finetune.records.result import Prediction


class Respondent:
    """A model of a provider under a system prompt, with its kept answers; `asked` counts the calls that were made."""

    def __init__(self, provider: Provider, model: str, system: str, answers: Answers) -> None:
        self.provider, self.model, self.system, self.answers = provider, model, system, answers
        self.settings = provider.settings(model)
        self.asked = 0

    def answer(self, user: str) -> str:
        """The model's answer, kept from before or asked for now."""
        messages = [Message("system", self.system), Message("user", user)]
        key = self.answers.key(self.model, messages, self.settings)
        kept = self.answers.get(key)
        if kept is not None:
            return kept
        self.asked += 1
        given = self.provider.complete(self.model, messages)
        self.answers.keep(key, given)
        return given


def predict_course(
    course: Sequence[Seed], truth: Sequence[Seed] | None, respondent: Respondent, done: Callable[[Seed], None]
) -> list[Prediction]:
    """One prediction per seed. Claims come from the model's own earlier answers, or from `truth` where it is given."""
    claims: Claims = {}
    predictions = []
    for position, seed in enumerate(course):
        given = respondent.answer(user_text(seed, bearing(claims, seed.known)))
        try:
            prediction = Prediction(seed.course, seed.seed_id, respondent.model, given, read_answer(given))
        except ValueError as error:
            prediction = Prediction(seed.course, seed.seed_id, respondent.model, given, error=str(error))
        predictions.append(prediction)
        own = seed.with_breakdown(prediction.breakdown or NOTHING)
        claim(claims, truth[position] if truth else own)
        done(seed)
    return predictions
