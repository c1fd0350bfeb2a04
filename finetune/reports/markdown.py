"""The report in short, as Markdown for a pull request's comment."""

import re
from collections.abc import Iterable, Sequence

from finetune.records.comparison import Comparison, NewlyBroken, Pattern, PatternGroup
from finetune.records.report import Card, Report
from finetune.reports import effects, words
from finetune.reports.healing import occurs, worst_first
from finetune.reports.program import count

LIMIT = 65_536
"""Characters that GitHub takes in a comment."""
ROWS = 12
"""Rows of a list before the rest is only counted: a comment is read at once."""
TEXT = 600
"""Characters of one text: the page has the whole."""
MARKUP = re.compile(r"([\\`*_\[\]<>~&$])")
REFERENCE = re.compile(r"([@#]|:(?=//)|www)(?=[\w/.])")
"""What GitHub makes a mention, an issue or a link of, even where it is escaped."""


def markdown(report: Report) -> str:
    """GitHub-flavoured Markdown, always shorter than GitHub's limit; texts of the report are escaped."""
    comparison = report.comparison
    blocks = [
        *verdict(comparison),
        *criteria(comparison),
        *measures(comparison),
        *healing(comparison.patterns),
        *broken(comparison.newly_broken),
        *card(report.card),
    ]
    text = "\n\n".join(blocks) + "\n"
    cut = "\n\n… cut: the page has the rest\n"
    return text if len(text) <= LIMIT else text[: LIMIT - len(cut)].rsplit("\n", 1)[0] + cut


def one_line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= TEXT else line[:TEXT] + "…"


def plain(text: str) -> str:
    """Text that stays text: on one line, not too long, and no markup, link or mention."""
    return REFERENCE.sub("\\1\u200b", MARKUP.sub(r"\\\1", one_line(text)))


def chunk(text: str) -> str:
    """A chunk as code, fenced by more backticks than it has."""
    line = one_line(text)
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", line)), default=0))
    edge = " " if not line or "`" in (line[0], line[-1]) else ""
    return f"{fence}{edge}{line}{edge}{fence}"


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A pipe would end its cell, also in code: it is escaped; a backslash before it must not undo that."""
    lines = [[cell.replace("\\|", "\\\u200b|").replace("|", "\\|") for cell in cells] for cells in (heads, *rows)]
    lines.insert(1, ["---"] * len(heads))
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def shortened(rows: Sequence[str], size: int) -> list[str]:
    """The first rows, and how many more there are."""
    return [*rows[:size], *([f"and {len(rows) - size} more"] if len(rows) > size else [])]


def verdict(comparison: Comparison) -> list[str]:
    old, new, found = comparison.baseline, comparison.candidate, comparison.verdict
    outcome = words.OUTCOMES[found.outcome]
    return [
        f"## Generation {new.generation} against {old.generation}: {outcome}",
        f"**{plain(found.sentence)}**",
        *(["\n".join(f"- {plain(caveat)}" for caveat in shortened(found.caveats, ROWS))] if found.caveats else []),
    ]


def criteria(comparison: Comparison) -> list[str]:
    lines = [
        f"- [{'x' if criterion.met else ' '}] **{plain(criterion.name)}**: "
        f"wanted {plain(criterion.wanted)}; found {plain(criterion.found)}"
        for criterion in comparison.verdict.criteria
    ]
    return ["### Success criteria", "\n".join(shortened(lines, ROWS)) or "No criterion is set."]


def measures(comparison: Comparison) -> list[str]:
    group = comparison.groups.get("unseen")
    if not group or not group.effects:
        return ["### Unseen seeds", "No unseen seed was compared."]
    rows = [
        [
            told.name if measure not in comparison.measures else f"**{told.name}**",
            words.figure(measure, effect.baseline),
            words.figure(measure, effect.candidate),
            f"{words.change(measure, effect.change)} ({words.interval(measure, effect)})",
            effects.told(found := effects.judged(comparison, "unseen", measure)),
            effects.outcome(found) + (f": {plain(effect.why)}" if effect.why and not found.alike else ""),
        ]
        for measure, told in words.MEASURES.items()
        if (effect := group.effects.get(measure))
    ]
    heads = ["measure", "baseline", "candidate", "change (its interval)", "p", "outcome"]
    clusters = max(effect.clusters for effect in group.effects.values())
    return [f"### Unseen seeds ({count(group.seeds, 'seed')}, {count(clusters, 'cluster')})", table(heads, rows)]


def healed(group: PatternGroup | None) -> str:
    if group is None:
        return "–"
    return f"{words.number(group.baseline)} → {words.number(group.candidate)} {words.HEALINGS[group.outcome]}"


def healing(patterns: Sequence[Pattern]) -> list[str]:
    ordered = worst_first(filter(occurs, patterns))
    groups = [group for group in words.GROUPS if any(group in pattern.groups for pattern in ordered)]
    absent = len(patterns) - len(ordered)
    if not groups:
        none = (
            f"No answer of either side has any of these {absent}."
            if absent
            else "No corrections, so no error to look for."
        )
        return ["### Corrected errors", none]
    heads = ["known chunk", "error", *(words.GROUPS[group][0] for group in groups)]
    rows = [
        [chunk(pattern.known_chunk), words.plain(pattern.error_type), *(healed(pattern.groups.get(g)) for g in groups)]
        for pattern in ordered[:ROWS]
    ]
    more = [f"and {len(ordered) - ROWS} more"] if len(ordered) > ROWS else []
    more += [f"{absent} of {len(patterns)} occur in no answer of either side"] if absent else []
    return ["### Corrected errors, the worst first", table(heads, rows), *more]


def broken(found: Sequence[NewlyBroken]) -> list[str]:
    lines = [
        f"- {chunk(one.known_chunk)}: {plain(words.plain(one.rule))}, {count(len(one.occurrences), 'seed')}"
        for one in found
    ]
    return ["### Newly broken", "\n".join(shortened(lines, ROWS)) or "Nothing."]


def card(found: Card) -> list[str]:
    spec = found.spec
    rows = [
        ["model", chunk(found.model_id)],
        [
            "base model",
            chunk(spec.base_model) + (f", retires {plain(found.base_model_retires)}" * bool(found.base_model_retires)),
        ],
        ["provider, job", f"{plain(spec.provider)}, {chunk(found.job_id)}, attempt {spec.attempt}"],
        ["submitted", plain(found.submitted_at) or "not recorded"],
        ["training", f"{count(spec.training.examples, 'example')}, {chunk(words.short(spec.training.sha256))}"],
        ["validation", f"{count(spec.validation.examples, 'example')}, {chunk(words.short(spec.validation.sha256))}"],
        [
            "hyperparameters",
            ", ".join(f"{plain(k)} {words.setting(v)}" for k, v in spec.hyperparameters.items()) or "–",
        ],
    ]
    return ["<details><summary>Generation card</summary>", table(["", ""], rows), "</details>"]
