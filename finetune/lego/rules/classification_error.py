"""A BASE is atomic and has no componentization, a COMPOSITE has one, a FEEDER belongs to feeder_pairs."""

from collections.abc import Iterator, Sequence

from finetune.records.course import Lego, Seed
from finetune.records.finding import CourseFinding, Severity


def wrong(lego: Lego) -> tuple[Severity, str] | None:
    """How bad a LEGO's classification is, and what is wrong with it; None where it is right."""
    if lego.lego_type == "FEEDER":
        return "high", "is a FEEDER among the LEGOs; move it to feeder_pairs with its parent"
    if lego.lego_type == "BASE" and lego.componentization:
        return "medium", "is BASE and has a componentization; call it COMPOSITE, or take that out"
    if lego.lego_type == "COMPOSITE" and not lego.componentization:
        return "low", "is COMPOSITE and has no componentization; explain its parts"
    return None


def check(course: Sequence[Seed]) -> Iterator[CourseFinding]:
    for seed in course:
        for lego in seed.lego_pairs:
            if found := wrong(lego):
                severity, what = found
                yield CourseFinding(
                    "CLASSIFICATION_ERROR",
                    severity,
                    seed.course,
                    seed.seed_id,
                    f"{lego.lego_id} ({lego.known_chunk!r}) {what}",
                    lego.known_chunk,
                    lego_id=lego.lego_id,
                )
