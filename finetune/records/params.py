"""The values of params.yaml: one typed record for each stage that has any."""

from typing import Annotated, Literal

import msgspec

from finetune.errors import unusable
from finetune.records.asking import Asking
from finetune.records.comparison import Criteria, Measure
from finetune.records.notify import Notify
from finetune.records.price import Mode, Price, Usd

Conflicts = Literal["latest", "majority", "exclude"]


class Prepare(msgspec.Struct, frozen=True):
    """`validation_fraction` of the seed numbers, chosen by a hash salted with `split_salt`, are never trained on.

    `never_trained` are courses kept out of both files, to see what carries over to a new language. Where people
    corrected one breakdown in two ways, `conflicts` says which holds: the latest, that of most reviewers, or neither.
    `format` and `preferences` name modules of finetune/dataset/shapes and finetune/dataset/preferences.
    """

    split_salt: str
    validation_fraction: Annotated[float, msgspec.Meta(ge=0, lt=1)]
    never_trained: tuple[str, ...]
    conflicts: Conflicts
    format: str
    preferences: str


class Validate(msgspec.Struct, frozen=True):
    """Whose limits hold, and the fewest examples on each side, where that is more than the provider asks for.

    Findings of the rules that are `ignored` are counted, and stop nothing.
    """

    profile: str
    fewest_training: int
    fewest_validation: int
    ignored: tuple[str, ...] = ()


class Submit(msgspec.Struct, frozen=True):
    """What a job is asked for; raise `attempt` to try a failed job again. `Asked` says what of it is in the job's key.

    `providers` holds what each provider is asked for: of these, that of `provider` counts. Where a job and its A/B test
    may cost more than `max_cost_usd`, it is not submitted; None, which has to be written, is no limit. `prices` are by
    the model's id or its beginning.
    """

    provider: str
    suffix: Annotated[str, msgspec.Meta(pattern="^[a-z0-9-]{1,40}$")]
    attempt: Annotated[int, msgspec.Meta(ge=1)]
    providers: dict[str, Asking]
    max_cost_usd: Usd | None
    prices: dict[str, Price] = {}

    @property
    def section(self) -> str:
        """Where what the provider is asked for stands."""
        return f"params.yaml: submit.providers.{self.provider}"

    @property
    def asking(self) -> Asking:
        if self.provider not in self.providers:
            known = ", ".join(self.providers)
            raise unusable("params.yaml: submit.provider", f"unknown: {self.provider}", f"known: {known}")
        return self.providers[self.provider]

    @property
    def base_model(self) -> str:
        return self.asking.base_model

    @property
    def hyperparameters(self) -> dict[str, float]:
        return self.asking.hyperparameters


class Record(msgspec.Struct, frozen=True):
    """Who is told when the job has ended. It is read then, and no part of what is recorded."""

    notify: Notify = Notify()


class Predict(msgspec.Struct, frozen=True):
    """Whether a prompt's claims come from the model's `own` earlier answers, or from the `corrected` ones.

    Every seed is asked `samples` times. Where more than `most_failed` of the calls fail, the stage does. `mode` is how
    calls are made: it changes what they cost and how long they take, and no answer.
    """

    claims: Literal["own", "corrected"]
    samples: Annotated[int, msgspec.Meta(ge=1, le=100)]
    most_failed: Annotated[float, msgspec.Meta(ge=0, lt=1)]
    mode: Mode = "direct"


class Evaluate(msgspec.Struct, frozen=True):
    """How two generations are compared: what the verdict is on, what is a cluster, and up to which p."""

    measures: Annotated[tuple[Measure, ...], msgspec.Meta(min_length=1)]
    cluster: Literal["seed_number", "course"]
    alpha: Annotated[float, msgspec.Meta(gt=0, lt=1)]
    criteria: Criteria

    def __post_init__(self) -> None:
        """ValueError for a measure that stands there twice: it would be adjusted for as if it were two."""
        if len(set(self.measures)) < len(self.measures):
            raise ValueError("a measure stands there twice")


class Report(msgspec.Struct, frozen=True):
    """How many generations before the candidate the report shows."""

    history: Annotated[int, msgspec.Meta(ge=1)]
