"""A comparison on one screen of the terminal."""

from collections.abc import Iterator
from typing import NamedTuple

from rich.console import Console, ConsoleOptions, RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from finetune.records.comparison import Comparison, Measure
from finetune.records.result import Group
from finetune.reports import words
from finetune.reports.effects import judged, outcome
from finetune.reports.healing import tally
from finetune.reports.program import count

COLOURS = {"BETTER": "green", "WORSE": "red", "MIXED": "yellow", "BLOCKED": "yellow", "UNTESTABLE": "dim"}
CRITERIA, CAVEATS, CHUNKS = 5, 2, 3
"""How many are shown, of each, before the rest is counted: a screen has 24 lines."""
WIDE = 100
"""Columns from which the table has all of its own."""


class Summary(NamedTuple):
    """What rich prints, as wide as the screen is."""

    comparison: Comparison

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[RenderableType]:
        comparison, found = self.comparison, self.comparison.verdict
        old, new = comparison.baseline, comparison.candidate
        yield cut(Text(f"generation {old.generation} ({old.model}) → {new.generation} ({new.model})", style="dim"))
        outcome = (words.OUTCOMES[found.outcome].upper(), f"bold {COLOURS.get(found.outcome, '')}")
        yield Text.assemble(outcome, "  ", one_line(found.sentence, 600), no_wrap=False, overflow="fold")
        yield from (cut(Text(f"  ! {one_line(caveat)}")) for caveat in found.caveats[:CAVEATS])
        yield from criteria(comparison)
        yield measures(comparison, wide=options.max_width >= WIDE)
        yield from healing(comparison)
        yield cut(broken(comparison))


def summary(comparison: Comparison) -> RenderableType:
    """At most 24 lines of 100 columns: the verdict, the criteria, the measures by group, healing, newly broken."""
    return Summary(comparison)


def one_line(text: str, size: int = 160) -> str:
    """Without line breaks and control characters, and not without end."""
    line = "".join(character for character in " ".join(text.split()) if character.isprintable())
    return line if len(line) <= size else line[: size - 1] + "…"


def cut(text: Text) -> Text:
    """A line that ends with the screen."""
    text.no_wrap, text.overflow = True, "ellipsis"
    return text


def criteria(comparison: Comparison) -> list[RenderableType]:
    wanted = comparison.verdict.criteria
    shown: list[RenderableType] = []
    for one in wanted[:CRITERIA]:
        mark = ("  ✓ ", "green") if one.met else ("  ✗ ", "red")
        told = f"{'met' if one.met else 'not met'}: {one.name}: {one.found} (wanted: {one.wanted})"
        shown.append(cut(Text.assemble(mark, one_line(told))))
    if len(wanted) > CRITERIA:
        missed = sum(not one.met for one in wanted[CRITERIA:])
        shown.append(Text(f"  and {len(wanted) - CRITERIA} more criteria, {missed} of them not met"))
    return shown


def measures(comparison: Comparison, wide: bool) -> Table:
    """A row per group of seeds and measure, the unseen first: that is where learning shows. A p that is not adjusted
    for several tests, as the verdict's is, stands in brackets."""
    table = Table(box=None, pad_edge=False, padding=(0, 2 if wide else 1, 0, 0))
    table.add_column("answers to", no_wrap=True)
    table.add_column("seeds", justify="right", no_wrap=True)
    table.add_column("per seed", no_wrap=True)
    for name in ("then → now", "change", *(("interval",) if wide else ()), "p"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("outcome", no_wrap=True)
    for group in (name for name in words.GROUPS if name in comparison.groups):
        first = [words.GROUPS[group][0], str(comparison.groups[group].seeds)]
        for measure in comparison.measures:
            table.add_row(*first, *cells(comparison, group, measure, wide))
            first = ["", ""]
    others = [group for name, group in comparison.groups.items() if name != "unseen"]
    if any(one.p is not None for group in others for one in (group.effects.get(m) for m in comparison.measures) if one):
        table.caption = "p in brackets: one test by itself, not adjusted for several"
        table.caption_justify = "left"
    return table


def cells(comparison: Comparison, group: Group, measure: Measure, wide: bool) -> list[str]:
    name = words.MEASURES[measure].name.removesuffix(" per seed")
    effect = comparison.groups[group].effects.get(measure)
    if effect is None:
        return [name, words.UNKNOWN, "", *([""] if wide else []), "", words.UNTOLD]
    found = judged(comparison, group, measure)
    colour, told = COLOURS.get(found.outcome, "default"), outcome(found).removesuffix(" shown")
    p = "" if found.p is None else words.probability(found.p).removeprefix("p = ").removeprefix("p ")
    return [
        name,
        f"{words.figure(measure, effect.baseline)} → {words.figure(measure, effect.candidate)}",
        words.change(measure, effect.change),
        *([words.interval(measure, effect)] if wide else []),
        p if found.adjusted or not p else f"({p})",
        f"[{colour}]{escape(told)}[/]",
    ]


def healing(comparison: Comparison) -> list[RenderableType]:
    """A line per group that has corrected errors."""
    lines: list[RenderableType] = []
    for group in words.GROUPS:
        if outcomes := tally(comparison.patterns, group):
            told = ", ".join(f"{size} {words.HEALINGS[outcome]}" for outcome, size in outcomes.items())
            lines.append(
                cut(Text(f"corrected errors, {words.GROUPS[group][0]}: {told}{recurrence(comparison, group)}"))
            )
    return lines or [Text("corrected errors: none")]


def recurrence(comparison: Comparison, group: Group) -> str:
    """All of them together."""
    effect = comparison.recurrence.get(group)
    if effect is None or effect.p is None:
        return ""
    sides = f"{words.figure(None, effect.baseline)} → {words.figure(None, effect.candidate)}"
    return f"; together {sides} per seed ({words.probability(effect.p)})"


def broken(comparison: Comparison) -> Text:
    found = comparison.newly_broken
    chunks = ", ".join(f"“{one_line(one.known_chunk, 40)}”" for one in found[:CHUNKS])
    return Text(f"newly broken: {count(len(found), 'chunk')}, {chunks}" if found else "newly broken: none")
