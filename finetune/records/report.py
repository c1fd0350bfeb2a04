"""Everything that a generation's report shows."""

import msgspec

from finetune.records.comparison import Comparison, Difference, Generation
from finetune.records.job import JobSpec
from finetune.records.result import Results


class CurvePoint(msgspec.Struct, frozen=True):
    """One row of `generation-N-curve.csv`: losses per example, in nats."""

    epoch: int
    loss: float
    validation_loss: float | None


class Card(msgspec.Struct, frozen=True):
    """A generation's card. Dates are the ledger's; `base_model_retires` is empty where the provider does not tell."""

    model_id: str
    job_id: str
    spec: JobSpec
    intended_at: str
    submitted_at: str
    base_model_retires: str = ""


class Report(msgspec.Struct, frozen=True):
    """What the page and the Markdown are made of. `history` is oldest first and ends with the candidate."""

    comparison: Comparison
    baseline: Results
    candidate: Results
    differences: tuple[Difference, ...]
    history: tuple[Generation, ...]
    curve: tuple[CurvePoint, ...]
    card: Card
