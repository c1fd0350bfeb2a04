"""The report as one HTML page, which needs nothing but itself: verdict first, then what it rests on."""

from collections.abc import Iterable, Sequence
from typing import Any

from finetune.lego.check import rule_modules
from finetune.records.comparison import Comparison, Difference, Generation
from finetune.records.report import Report
from finetune.records.result import Group
from finetune.reports import charts, effects, healing, sides, words
from finetune.reports.program import count


def page(report: Report) -> str:
    """The whole HTML document. Same report, same bytes; every text of the report is escaped."""
    return str(environment().get_template("report.html").render(context(report)))


def environment() -> Any:
    """The templates beside this file, with the words and figures of `finetune.reports.words` as filters."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    made = Environment(
        loader=PackageLoader("finetune.reports", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: words.UNKNOWN if value is None else value,
    )
    shown = (words.number, words.fixed, words.probability, words.plain, words.short, words.setting, count)
    made.filters |= {function.__name__: function for function in shown}
    return made


def context(report: Report) -> dict[str, object]:
    """What the templates read."""
    comparison = report.comparison
    groups = [group for group in words.GROUPS if group in comparison.groups]
    return {
        "report": report,
        "comparison": comparison,
        "groups": groups,
        "words": words,
        "effects": effects,
        "titles": {name.upper(): title(module.__doc__) for name, module in rule_modules().items()},
        "course_charts": {group: charts.courses(comparison, group) for group in words.GROUPS},
        "curve": charts.curve(report.curve),
        "history_charts": {figure: charts.history(report.history, figure) for figure in words.FIGURES},
        "patterns": healing.worst_first(filter(healing.occurs, comparison.patterns)),
        "absent": [pattern for pattern in comparison.patterns if not healing.occurs(pattern)],
        "tallies": {group: healing.tally(comparison.patterns, group) for group in groups},
        "rules": rules(comparison),
        "generations": [(entry, changed(before, entry)) for before, entry in steps(report.history)],
        "columns": sides.columns,
        "languages": sides.languages,
        "places": {f"{difference.course}-{difference.seed_id}" for difference in report.differences},
        "filters": filters(report.differences),
    }


def title(docstring: str | None) -> str:
    """What a rule says of itself."""
    return docstring.splitlines()[0].replace("`", "") if docstring else ""


def rules(comparison: Comparison) -> list[str]:
    """Every rule that finds anything on either side in any group, the most frequent first."""
    totals: dict[str, float] = {}
    for group in comparison.groups.values():
        for rule, found in group.by_type.items():
            totals[rule] = totals.get(rule, 0.0) + (found.baseline or 0.0) + (found.candidate or 0.0)
    return sorted(totals, key=lambda rule: (-totals[rule], rule))


def steps(history: Sequence[Generation]) -> Iterable[tuple[Generation | None, Generation]]:
    """Each generation with the one before it."""
    return zip([None, *history], history, strict=False)


def changed(before: Generation | None, entry: Generation) -> list[tuple[str, object, object]] | None:
    """(param, its value before, its value now) of what was set differently; a param that is missing is `not set`.

    None against a generation that knows no params: the base model.
    """
    if before is None or not before.params or not entry.params:
        return None
    keys = sorted(before.params | entry.params)
    both = [(key, before.params.get(key, "not set"), entry.params.get(key, "not set")) for key in keys]
    return [(key, old, new) for key, old, new in both if old != new and key not in ("generation", "baseline")]


def filters(differences: Sequence[Difference]) -> dict[str, list[tuple[str, str, int]]]:
    """Filter -> its (value, name, seeds), of what there is."""
    groups: dict[Group | None, str] = {group: name for group, (name, _) in words.GROUPS.items()} | {None: "not scored"}
    courses = sorted({difference.course for difference in differences})
    return {
        "course": [(c, c, sum(d.course == c for d in differences)) for c in courses],
        "group": [
            (group or "not_scored", name, size)
            for group, name in groups.items()
            if (size := sum(d.group == group for d in differences))
        ],
        "outcome": [
            (outcome, outcome, size)
            for outcome in ("worse", "better", "changed")
            if (size := sum(d.outcome == outcome for d in differences))
        ],
    }
