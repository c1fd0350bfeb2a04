"""Small courses and answers to them, for tests of what is made of answers."""

from collections.abc import Sequence

from finetune.records.comparison import Comparison, Criteria
from finetune.records.course import Breakdown, Correction, Courses, ErrorType, Feeder, Lego, Seed
from finetune.records.params import Evaluate
from finetune.records.result import Prediction
from finetune.statistics.comparison import compare
from finetune.statistics.results import Trained, groups_of

PARAMS = Evaluate(("clean_lego_rate", "agreement"), "seed_number", 0.05, Criteria(10, 90, 0.5, 2, 0.5))


def breakdown(name: str, *pairs: tuple[str, str], feeders: Sequence[tuple[str, str]] = ()) -> Breakdown:
    """LEGOs of these (target, known) pairs; with feeders, the first is their COMPOSITE."""
    legos = [Lego(f"{name}L{i:02}", "BASE", target, known) for i, (target, known) in enumerate(pairs, 1)]
    if feeders:
        target, known = pairs[0]
        parts = ", ".join(f"{part} = {meaning}" for part, meaning in feeders)
        legos[0] = Lego(f"{name}L01", "COMPOSITE", target, known, f"{known} = {target}, where {parts}")
    found = [Feeder(f"{name}F{i:02}", target, known, f"{name}L01") for i, (target, known) in enumerate(feeders, 1)]
    return Breakdown(tuple(legos), tuple(found))


def seed(number: int, *pairs: tuple[str, str], course: str = "spa_for_eng") -> Seed:
    """A seed whose sentences are its LEGOs, one after another."""
    name = f"S{number:04}"
    target, known = (" ".join(pair[side] for pair in pairs) or "nada" for side in (0, 1))
    its = breakdown(name, *pairs)
    return Seed(course, name, "Spanish", "English", target, known, its.lego_pairs, its.feeder_pairs)


def predicted(truth: Seed, given: Breakdown | None, sample: int = 1, failed: str = "", model: str = "m") -> Prediction:
    """An answer; None does not parse, unless the call failed."""
    error = "" if given or failed else "not JSON"
    return Prediction(truth.course, truth.seed_id, model, "", given, error, sample, failed)


def plain_courses(numbers: int, courses: Sequence[str] = ("ita_for_eng", "spa_for_eng")) -> Courses:
    """Courses in which every word is new: nothing is claimed twice."""
    return {
        name: [
            seed(n, (f"uno{n}", f"one{n}"), (f"dos{n} mas", f"two{n} more"), course=name) for n in range(1, numbers + 1)
        ]
        for name in courses
    }


def right(courses: Courses, samples: int = 1, model: str = "right") -> list[Prediction]:
    return [
        predicted(one, one.breakdown, sample, model=model)
        for seeds in courses.values()
        for one in seeds
        for sample in range(1, samples + 1)
    ]


def wrong(courses: Courses, samples: int = 1, model: str = "wrong", numbers: Sequence[int] = ()) -> list[Prediction]:
    """In every seed (of these numbers) the first LEGO is given another target, an article; the rest is right."""
    return [
        predicted(one, spoilt(one) if not numbers or one.number in numbers else one.breakdown, sample, model=model)
        for seeds in courses.values()
        for one in seeds
        for sample in range(1, samples + 1)
    ]


def spoilt(one: Seed) -> Breakdown:
    first, *rest = one.lego_pairs
    return Breakdown((Lego(first.lego_id, "BASE", "el", first.known_chunk), *rest), ())


def compared(
    courses: Courses,
    baseline: list[Prediction],
    candidate: list[Prediction],
    trained: Trained | None = None,
    corrections: Sequence[Correction] = (),
    params: Evaluate = PARAMS,
) -> Comparison:
    """Generation 1 against 2; all seeds are unseen unless `trained` says otherwise."""
    given = trained if trained is not None else {name: ["S9999"] for name in courses}
    groups = groups_of(courses, given)
    return compare(courses, corrections, groups, (1, baseline), (2, candidate), params)


def correction(one: Seed, before: Breakdown, error_type: ErrorType, name: str = "c-1") -> Correction:
    """A correction of a seed into what it is now."""
    moment = "2026-10-05T09:00:00Z"
    return Correction(name, one.course, one.seed_id, error_type, before, one.breakdown, "why", "ana", moment, 0)
