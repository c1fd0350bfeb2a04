"""Goes through an A/B test without asking a model: the calls it would make, with people's answers for the models'."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from finetune.answers import Answers
from finetune.dataset.examples import answer_text, read_prompt
from finetune.errors import FinetuneError
from finetune.predicting import Answering, Respondent, predict_course
from finetune.records.course import Courses, Seed
from finetune.records.dataset import Message
from finetune.records.params import Predict


@dataclass
class StandIn:
    """Answers as the corrected courses do, and notes what it was asked and what it said."""

    seeds: Mapping[tuple[str, str], Seed]
    said: str
    asked: list[tuple[Sequence[Message], str]] = field(default_factory=list)

    def complete(self, model: str, messages: Sequence[Message]) -> str:
        prompt = read_prompt(messages[-1].content)
        answer = answer_text(self.seeds[prompt.course, prompt.seed_id].breakdown)
        self.asked.append((messages, answer))
        return answer

    def settings(self, model: str) -> str:
        """Those of the provider, so that the answers that it gave before are found."""
        return self.said


@dataclass(frozen=True)
class Rehearsed:
    """The calls that one side would make, as (messages, answer), and how many answers are kept from before."""

    asked: Sequence[tuple[Sequence[Message], str]]
    kept: int


def settings_of(provider: Answering | None, models: Sequence[str]) -> list[str]:
    """Each model's; where the provider cannot be asked, which is waited for once, empty: no kept answers are found."""
    try:
        return [provider.settings(model) if provider else "" for model in models]
    except FinetuneError:
        return [""] * len(models)


def rehearse(
    truth: Courses, models: Sequence[str], provider: Answering | None, system: str, params: Predict, answers: Answers
) -> list[Rehearsed]:
    """Each model's part in the A/B test. `answers` is a copy: a stand-in's answers are no model's.

    After the first call that is to be made, later questions show other claims than they will: so of the kept answers at
    least those that are counted here will be found.
    """
    seeds = {(seed.course, seed.seed_id): seed for course in truth.values() for seed in course}
    stand_ins = [StandIn(seeds, said) for said in settings_of(provider, models)]
    sides = [Respondent(stand_in, model, system, answers) for stand_in, model in zip(stand_ins, models, strict=True)]
    told = [
        predict_course(course, course if params.claims == "corrected" else None, sides, params.samples, lambda _: None)
        for course in truth.values()
    ]
    questions = sum(len(of_course[0]) for of_course in told)
    return [Rehearsed(stand_in.asked, questions - len(stand_in.asked)) for stand_in in stand_ins]
