"""Reports made by hand, complete, for what shows them: a realistic one, and what may be missing, extreme or hostile."""

from collections.abc import Mapping
from typing import Literal

from msgspec.structs import replace

from finetune.dataset.corrected import correct
from finetune.files.corrections import read_corrections
from finetune.files.courses import read_courses
from finetune.lego.check import check
from finetune.records.comparison import (
    Answer,
    Compared,
    Comparison,
    CourseComparison,
    Criteria,
    Criterion,
    Difference,
    Effect,
    Generation,
    GroupComparison,
    Healing,
    Interval,
    Measure,
    NewlyBroken,
    Occurrence,
    Outcome,
    Pattern,
    PatternGroup,
    Side,
    Verdict,
)
from finetune.records.course import Breakdown, Claim, Courses, Feeder, Lego, Seed
from finetune.records.finding import CourseFinding
from finetune.records.job import DataFile, JobSpec
from finetune.records.report import Card, CurvePoint, Report
from finetune.records.result import CourseResult, Group, Results
from tests.imports import ROOT

SKILL = ROOT / "skills/lego-extraction-skill"
COURSES = ("cmn_for_eng", "fra_for_eng", "ita_for_eng", "spa_for_eng")
NEW = "por_for_eng"
UNSEEN = ("S0002", "S0004", "S0009", "S0013", "S0017", "S0021", "S0024", "S0028")
HOSTILE = '<script>alert("x")</script> | `tick` & {{ 7 * 7 }}'
LONG = "Donaudampfschifffahrtsgesellschaftskapitän" * 6
RTL = "أريد أن آكل شيئا"


def group_of(course: str, seed_id: str) -> Group:
    return "never_trained" if course == NEW else "unseen" if seed_id in UNSEEN else "seen"


def effect(
    outcome: Outcome, baseline: float, candidate: float, p: float | None, seeds: int, clusters: int, why: str = ""
) -> Effect:
    change = candidate - baseline
    spread = abs(change) * 0.3 + 0.01
    return Effect(
        seeds=seeds,
        clusters=clusters,
        discordant=round(seeds * 0.7),
        baseline=baseline,
        candidate=candidate,
        change=change,
        low=change - spread,
        high=change + spread,
        p=p,
        smallest=spread * 1.4,
        outcome=outcome,
        why=why,
    )


def nothing(why: str, seeds: int = 0) -> Effect:
    """An effect of which nothing is known."""
    return Effect(seeds, 0, 0, None, None, None, None, None, None, None, "UNTESTABLE", why)


def group(
    seeds: int, clusters: int, outcome: Outcome, p: float | None, before: float, now: float, why: str = ""
) -> GroupComparison:
    """`before` and `now` are clean LEGO rates; the rest is in proportion."""
    effects: dict[Measure, Effect] = {
        "clean_lego_rate": effect(outcome, before, now, p, seeds, clusters, why),
        "agreement": effect(outcome, before * 0.5, now * 0.85, p, seeds, clusters, why),
        "points_lost": effect(outcome, 4 * (1 - before), 4 * (1 - now), p, seeds, clusters, why),
        "violations": effect(outcome, 1 - before, 1 - now, p, seeds, clusters, why),
    }
    return GroupComparison(
        seeds=seeds,
        missing=1 if seeds > 80 else 0,
        effects=effects,
        scaled_quality=Compared(100 * before - 2.5, 100 * now - 1.25),
        clean_lego_rate=Compared(before, now),
        violations_per_100_legos=Compared(100 * (1 - before), 100 * (1 - now)),
        f1=Compared(before * 0.5, now * 0.85),
        fcfs_violations=Compared(round(seeds * (1 - before) / 2), round(seeds * (1 - now) / 2)),
        answered=Compared(0.9, 1.0),
        by_type={
            "FCFS_VIOLATION": Compared(round(seeds * (1 - before) / 2), round(seeds * (1 - now) / 2)),
            "FD_VIOLATION_ARTICLE": Compared(3, 0),
            "COMPONENTIZATION_MISMATCH": Compared(2.5, 1),
        },
    )


def read() -> tuple[Courses, Courses]:
    """(as generated, corrected): the sample's own courses, as the two ends of a generation."""
    courses = read_courses(SKILL / "courses")
    return courses, correct(courses, read_corrections(SKILL / "corrections"))


def spoilt(seed: Seed) -> Seed:
    """A seed as a candidate might get it wrong: one LEGO for all of it."""
    return seed.with_breakdown(
        Breakdown((Lego(f"{seed.seed_id}L01", "BASE", seed.target.strip("。."), seed.known.strip(".")),), ())
    )


def differences() -> tuple[Difference, ...]:
    """Baseline: the courses as generated. Candidate: as corrected, with every eleventh seed spoilt."""
    generated, corrected = read()
    found: list[Difference] = []
    for course, truths in corrected.items():
        before = generated[course]
        after = [spoilt(seed) if seed.number % 11 == 0 else seed for seed in truths]
        findings = check(before), check(after)
        for old, new, truth in zip(before, after, truths, strict=True):
            if old.breakdown == new.breakdown:
                continue
            of_old, of_new = (tuple(f for f in side if f.seed_id == truth.seed_id) for side in findings)
            outcome: Literal["better", "worse", "changed"] = "changed"
            if (old == truth) != (new == truth):
                outcome = "worse" if old == truth else "better"
            sides = Answer(old.breakdown, "", of_old), Answer(new.breakdown, "", of_new)
            place = (course, truth.seed_id, group_of(course, truth.seed_id), truth.target, truth.known)
            found.append(Difference(*place, outcome, *sides, truth.breakdown))
    return tuple(found)


def occurrence(course: str, seed_id: str, baseline: int, candidate: int, target: str, known: str) -> Occurrence:
    seed = next(seed for seed in read_courses(SKILL / "courses")[course] if seed.seed_id == seed_id)
    place = (course, seed_id, group_of(course, seed_id), seed.target, seed.known)
    return Occurrence(*place, 3, baseline, candidate, (Claim(known, target, seed_id),))


def pattern_group(seeds: int, baseline: float, candidate: float, outcome: Healing) -> PatternGroup:
    if outcome == "UNTESTABLE":
        return PatternGroup(seeds, baseline, candidate, None, None, outcome, f"it can differ in {seeds} of 6 clusters")
    p = 0.4 if outcome == "UNCHANGED" else 0.0078
    return PatternGroup(seeds, baseline, candidate, p, min(1.0, 4 * p), outcome)


def patterns() -> tuple[Pattern, ...]:
    wanted = occurrence("spa_for_eng", "S0002", 3, 0, "Quiero", "I want")
    left = occurrence("fra_for_eng", "S0009", 3, 2, "avec", "with")
    return (
        Pattern(
            "I want",
            "FCFS_VIOLATION",
            ("spa-001", "ita-004"),
            {"unseen": pattern_group(8, 6, 0, "HEALED"), "seen": pattern_group(14, 11, 0, "HEALED")},
            (wanted, occurrence("cmn_for_eng", "S0001", 1, 0, "我想", "I want")),
        ),
        Pattern(
            "with",
            "FD_VIOLATION",
            ("fra-002",),
            {"unseen": pattern_group(9, 7, 2.5, "IMPROVED"), "never_trained": pattern_group(2, 1, 0, "UNTESTABLE")},
            (left,),
        ),
        Pattern("the key", "MISSING_FEEDER", ("fra-007",), {"unseen": pattern_group(6, 4, 4, "UNCHANGED")}, (left,)),
        Pattern("now", "WRONG_CHUNKING", ("cmn-003",), {"seen": pattern_group(7, 0, 5, "REGRESSED")}, (wanted,)),
        Pattern("to leave", "PEDAGOGICAL_ISSUE", ("por-001",), {"unseen": pattern_group(1, 1, 0, "UNTESTABLE")}, ()),
    )


def generation(number: int, model: str, verdict: str, rate: float | None, **params: object) -> Generation:
    untrained = number == 0
    generated, _ = read()
    return Generation(
        generation=number,
        model=model,
        verdict=verdict,
        scaled_quality=rate if rate is None else 100 * rate - 1.25,
        clean_lego_rate=rate,
        violations_per_100_legos=rate if rate is None else 100 - 100 * rate,
        f1=rate if rate is None else rate * 0.85,
        trained={}
        if untrained
        else {name: [s.seed_id for s in generated[name] if s.seed_id not in UNSEEN] for name in COURSES},
        params=params and {"generation": number, **params},
        training_sha256="" if untrained else f"{number}bc5481f557841dd156ebe3deb3606c8fb520e12c57a5fec9173e71d444e4a90",
        validation_sha256=""
        if untrained
        else f"{number}44e8729353e159115a87eb2ef61136bc1157da574c61c1f47a4636c72d36ac",
        dataset={}
        if untrained
        else {
            "seeds": 136,
            "training": 88,
            "validation": 32,
            "left_out": 16,
            "corrections_by_type": {"FD_VIOLATION": 4},
        },
    )


def results(number: int, model: str, quality: float) -> Results:
    course = CourseResult(quality, quality, 0.9, 10.0, 30, 3, 66, 0, 0, {"critical": 2}, {}, {}, [])
    return Results({"quality": quality, "seeds": 136}, dict.fromkeys((*COURSES, NEW), course), number, model)


def course_comparisons() -> tuple[CourseComparison, ...]:
    unseen = [
        CourseComparison(name, "unseen", 8, Interval(30 + 9 * i, 18 + 9 * i, 44 + 9 * i), Interval(92 + i, 84 + i, 99))
        for i, name in enumerate(COURSES)
    ]
    seen = [CourseComparison(n, "seen", 22, Interval(48, 40, 57), Interval(100, None, None)) for n in COURSES]
    return (*unseen, *seen, CourseComparison(NEW, "never_trained", 16, Interval(22, None, None), Interval(61, 48, 75)))


SPEC = JobSpec(
    key="f4c73b354586acb7a115b0a5aa9b5ef09df2d077d50065c486d84f702e4df41e",
    provider="local",
    base_model="local-extractor",
    suffix="ssi-lego-v1",
    hyperparameters={"epochs": 8.0, "regularisation": 0.5, "seed": 20261005.0},
    attempt=1,
    training=DataFile("training.jsonl", "bc5481f557841dd156ebe3deb3606c8fb520e12c57a5fec9173e71d444e4a901", 88),
    validation=DataFile("validation.jsonl", "144e8729353e159115a87eb2ef61136bc1157da574c61c1f47a4636c72d36acf", 32),
)
CRITERIA = Criteria(10, 90, 0.5, 2, 0.5)
OLD, MODEL = "local-extractor:ssi-lego-v1:7dc69866", "local-extractor:ssi-lego-v1:a90f1c3e"


def comparison() -> Comparison:
    itself = effect("NO_DIFFERENCE", 0.41, 0.42, 0.62, 32, 8)
    groups: dict[Group, GroupComparison] = {
        "unseen": group(32, 8, "BETTER", 0.0078, 0.412, 0.932),
        "seen": group(88, 22, "BETTER", 0.0002, 0.488, 1.0),
        "never_trained": group(16, 16, "NO_DIFFERENCE", 0.12, 0.301, 0.377),
    }
    return Comparison(
        baseline=Side(1, OLD, 408, 1, 4, {"clean_lego_rate": itself}),
        candidate=Side(2, MODEL, 408, 0, 0, {"clean_lego_rate": effect("NO_DIFFERENCE", 0.932, 0.93, 0.5, 32, 8)}),
        measures=("clean_lego_rate", "agreement"),
        cluster="seed_number",
        alpha=0.05,
        criteria=CRITERIA,
        samples=3,
        not_scored=2,
        verdict=Verdict(
            "BETTER",
            {"clean_lego_rate": 0.0156, "agreement": 0.0156},
            "Generation 2 is better than generation 1: on seeds that it was never trained on, 93.2 % of its LEGOs are "
            "clean instead of 41.2 % (p = 0.008).",
            ("The 32 unseen seeds are 8 sentences in four languages.", "One call of the baseline failed."),
            (
                Criterion("clean LEGOs", "+5.0 points or more, significantly", "+52.0 points, p = 0.008", True),
                Criterion("FCFS violations", "none", "1", False),
                Criterion("corrected errors", "fewer, significantly", "0.53 fewer per seed, p = 0.008", True),
            ),
        ),
        groups=groups,
        courses=course_comparisons(),
        recurrence={
            "unseen": effect("BETTER", 0.62, 0.09, 0.0078, 32, 8),
            "seen": effect("BETTER", 0.55, 0.06, 0.0003, 88, 22),
            "never_trained": nothing("1 of 16 clusters has any", 16),
        },
        patterns=patterns(),
        newly_broken=(
            NewlyBroken(
                "to speak", "FCFS_VIOLATION", (occurrence("ita_for_eng", "S0011", 0, 3, "parlare", "to speak"),)
            ),
        ),
    )


def realistic() -> Report:
    """Generation 2 against 1: better, with one criterion missed, a regressed pattern and something newly broken."""
    params = {"prepare.never_trained": [NEW], "submit.hyperparameters.regularisation": 1.0, "predict.samples": 3}
    return Report(
        comparison=comparison(),
        baseline=results(1, OLD, 41.0),
        candidate=results(2, MODEL, 93.0),
        differences=differences(),
        history=(
            generation(0, "local-extractor", "", 0.195),
            generation(1, OLD, "BETTER", 0.412, **params),
            generation(2, MODEL, "BETTER", 0.932, **params | {"submit.hyperparameters.regularisation": 0.5}),
        ),
        curve=tuple(CurvePoint(i, 1.2 / i + 0.3, 1.0 / i + 0.7 if i > 1 else None) for i in range(1, 9)),
        card=Card(MODEL, "local-f4c73b354586acb7", SPEC, "2026-10-07T09:30:00+00:00", "2026-10-07T09:30:02+00:00"),
    )


def judged(outcome: Literal["WORSE", "NO_DIFFERENCE", "UNTESTABLE", "BLOCKED"], sentence: str, met: bool) -> Report:
    report = realistic()
    verdict = Verdict(outcome, {}, sentence, (), (Criterion("clean LEGOs", "+5.0 points", "not shown", met),))
    measured: Outcome = "UNTESTABLE" if outcome == "BLOCKED" else outcome
    groups: Mapping[Group, GroupComparison] = {"unseen": group(32, 8, measured, 0.03, 0.93, 0.412)}
    return replace(report, comparison=replace(report.comparison, verdict=verdict, groups=dict(groups)))


def bare() -> Report:
    """Everything that may be None or empty is."""
    unknown = Compared(None, None)
    effects: dict[Measure, Effect] = {
        "clean_lego_rate": nothing("no seed"),
        "agreement": nothing("no seed"),
        "points_lost": nothing(""),
        "violations": nothing(""),
    }
    empty = GroupComparison(
        0, 0, effects, unknown, unknown, unknown, unknown, unknown, unknown, {"FD_VIOLATION": unknown}
    )
    sentence = "Nothing can be said: there are no unseen seeds."
    lone = pattern_group(0, 0, 0, "UNTESTABLE")
    return Report(
        comparison=Comparison(
            baseline=Side(0, "base", 0, 0, 0, {}),
            candidate=Side(1, "tuned", 0, 0, 0, {"agreement": nothing("one sample")}),
            measures=("clean_lego_rate", "agreement"),
            cluster="seed_number",
            alpha=0.05,
            criteria=CRITERIA,
            samples=1,
            not_scored=0,
            verdict=Verdict("UNTESTABLE", {}, sentence, (), ()),
            groups={"unseen": empty},
            courses=(CourseComparison("spa_for_eng", "unseen", 0, Interval(0, None, None), Interval(0, None, None)),),
            recurrence={"unseen": nothing("")},
            patterns=(Pattern("x", "FD_VIOLATION", (), {"unseen": lone}, ()), Pattern("y", "FD_VIOLATION", (), {}, ())),
            newly_broken=(NewlyBroken("z", "FCFS_VIOLATION", ()),),
        ),
        baseline=results(0, "base", 0.0),
        candidate=results(1, "tuned", 0.0),
        differences=(failed_difference(),),
        history=(generation(0, "base", "", None), replace(generation(1, "tuned", "", None), trained={}, dataset={})),
        curve=(CurvePoint(1, 0.5, None),),
        card=Card("tuned", "job", replace(SPEC, hyperparameters={}), "", ""),
    )


def empty() -> Report:
    """No group, no course, no correction, no history, no epoch, no difference."""
    report = realistic()
    nowhere = replace(
        report.comparison,
        groups={},
        courses=(),
        recurrence={},
        patterns=(),
        newly_broken=(),
        verdict=Verdict("UNTESTABLE", {}, "Nothing was compared.", (), ()),
    )
    return replace(report, comparison=nowhere, differences=(), history=(), curve=())


def failed_difference() -> Difference:
    """Neither side has a breakdown, and the seed is not scored."""
    broken = Answer(None, "not JSON: line 1 column 7", ())
    return Difference(
        "spa_for_eng", "S0001", None, "Hola.", "Hello.", "changed", broken, Answer(None, "", ()), Breakdown((), ())
    )


def hostile() -> Report:
    """Text that tries to be markup, very long words, right-to-left and Chinese, wherever there is text."""
    report = realistic()
    legos = (
        Lego("S0001L01", "COMPOSITE", HOSTILE, RTL, f"{HOSTILE}, where 我想 = {RTL}"),
        Lego("S0001L02", "BASE", LONG, "我想吃点东西"),
    )
    mine = Breakdown(legos, (Feeder("S0001F01", RTL, HOSTILE, "S0001L01"), Feeder("S0001F02", "a", "b", "S0009L09")))
    finding = CourseFinding("FD_VIOLATION", "critical", "fra_for_eng", "S0001", HOSTILE)
    answers = Answer(mine, "", (finding,)), Answer(None, HOSTILE, ())
    difference = Difference("fra_for_eng", "S0001", "seen", RTL, HOSTILE, "worse", *answers, mine)
    place = ("fra_for_eng", "S0001", "seen", HOSTILE, LONG)
    seen = Occurrence(place[0], place[1], "seen", HOSTILE, LONG, 1, 0, 1, (Claim(HOSTILE, RTL),))
    found: dict[Group, PatternGroup] = {"unseen": pattern_group(1, 1, 0, "UNTESTABLE")}
    comparison = replace(
        report.comparison,
        baseline=Side(1, HOSTILE, 1, 0, 0, {"clean_lego_rate": nothing(HOSTILE)}),
        verdict=Verdict("BETTER", {}, HOSTILE, (HOSTILE, LONG), (Criterion(HOSTILE, LONG, RTL, True),)),
        courses=(CourseComparison(HOSTILE, "unseen", 3, Interval(5, 1, 9), Interval(6, 2, 10)),),
        patterns=tuple(Pattern(text, "FD_VIOLATION", (HOSTILE,), found, (seen,)) for text in (HOSTILE, LONG, RTL)),
        newly_broken=(NewlyBroken(f"``{HOSTILE}``", HOSTILE, (seen,)),),
    )
    return replace(report, comparison=comparison, differences=(difference, *report.differences[:3]))


def flawless() -> Report:
    """No violation on either side."""
    report = realistic()
    groups = {
        name: replace(found, by_type={}, fcfs_violations=Compared(0, 0), violations_per_100_legos=Compared(0, 0))
        for name, found in report.comparison.groups.items()
    }
    return replace(report, comparison=replace(report.comparison, groups=groups, newly_broken=()))


def one_course() -> Report:
    report = realistic()
    courses = report.comparison.courses[:1]
    differences = tuple(difference for difference in report.differences if difference.course == courses[0].course)
    return replace(report, comparison=replace(report.comparison, courses=courses), differences=differences)


def long() -> Report:
    """Hundreds of differing seeds, and patterns."""
    report = realistic()
    many = tuple(
        replace(difference, seed_id=f"S{1000 * (copy + 1) + i:04}")
        for copy in range(9)
        for i, difference in enumerate(report.differences)
    )
    patterns = tuple(
        replace(pattern, known_chunk=f"{pattern.known_chunk} {i}")
        for i in range(400)
        for pattern in report.comparison.patterns
    )
    broken = report.comparison.newly_broken * 300
    return replace(
        report, comparison=replace(report.comparison, patterns=patterns, newly_broken=broken), differences=many
    )


VARIANTS = {
    "better": realistic,
    "worse": lambda: judged("WORSE", "Generation 2 is worse than generation 1.", False),
    "no difference": lambda: judged("NO_DIFFERENCE", "No difference shows.", False),
    "untestable": lambda: judged("UNTESTABLE", "Too few unseen seeds to tell.", False),
    "blocked": lambda: judged("BLOCKED", "Generation 2 differs from itself as much as from 1.", True),
    "bare": bare,
    "empty": empty,
    "hostile": hostile,
    "flawless": flawless,
    "one course": one_course,
    "long": long,
}
