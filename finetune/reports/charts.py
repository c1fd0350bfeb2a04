"""Charts as inline SVG that takes its colours from the page, so that it is right in light and in dark."""

import re
from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, Any

from finetune.records.comparison import Comparison, CourseComparison, Generation
from finetune.records.report import CurvePoint
from finetune.records.result import Group
from finetune.reports.words import FIGURES, GROUPS, fixed

if TYPE_CHECKING:
    import altair as alt

INK, MUTED, LINE = "var(--ink)", "var(--muted)", "var(--line)"
COLOURS = ["var(--baseline)", "var(--candidate)"]
FONT = "Arial, sans-serif"
WIDTH = 330
"""Arial has the same widths as the type that charts are measured with, wherever they are drawn and looked at."""


def svg(chart: "alt.TopLevelMixin", name: str) -> str:
    """A chart as an `<svg>` that is as wide as its place, with an accessible name. Same chart, same bytes."""
    import vl_convert

    drawn: str = vl_convert.vegalite_to_svg(styled(chart).to_dict())
    size = re.search(r'width="([\d.]+)" height="([\d.]+)"', drawn)
    assert size
    start = (
        f'<svg class="chart" role="img" aria-label="{escape(name)}" viewBox="0 0 {size[1]} {size[2]}"'
        f' width="{size[1]}" height="{size[2]}">'
    )
    drawn = re.sub(r' (role|aria-[a-z]+)="[^"]*"', "", drawn[drawn.index(">") + 1 :])
    return start + drawn


def styled(chart: Any) -> Any:
    """Quiet axes, the page's colours and type; nothing behind."""
    text = {"labelColor": MUTED, "titleColor": MUTED, "labelFont": FONT, "titleFont": FONT, "titleFontWeight": "normal"}
    return (
        chart.configure(background="transparent", padding={"left": 2, "right": 14, "top": 4, "bottom": 4})
        .configure_view(stroke=None)
        .configure_axis(
            **text, labelFontSize=13, titleFontSize=13, gridColor=LINE, domainColor=LINE, tickColor=LINE, labelLimit=140
        )
        .configure_legend(**text, labelFontSize=13, orient="top", symbolSize=90, title=None, offset=6)
    )


def names(comparison: Comparison) -> list[str]:
    """What the sides are called in a legend."""
    return [f"generation {side.generation}" for side in (comparison.baseline, comparison.candidate)]


def courses(comparison: Comparison, group: Group) -> str:
    """Both sides' scaled quality with its interval, a row per course; nothing where the group has no course."""
    import altair as alt

    chosen = [course for course in comparison.courses if course.group == group]
    if not chosen:
        return ""
    sides = names(comparison)
    data = alt.InlineData([row for course in chosen for row in course_rows(course, sides)])
    scale = alt.Scale(domain=[0, 100], clamp=True)
    shared = alt.Chart(data).encode(
        y=alt.Y("course:N", title=None, axis=alt.Axis(domain=False, ticks=False, grid=True, labelColor=INK)),
        yOffset=alt.YOffset("side:N", sort=sides),
        color=alt.Color("side:N", sort=sides, scale=alt.Scale(domain=sides, range=COLOURS)),
    )
    quality = alt.X("value:Q", scale=scale, title="scaled quality", axis=alt.Axis(tickCount=5))
    bars = shared.mark_rule(strokeWidth=2).encode(x=alt.X("low:Q", scale=scale, title="scaled quality"), x2="high:Q")
    shapes = alt.Shape("side:N", sort=sides, scale=alt.Scale(domain=sides, range=["circle", "diamond"]))
    points = shared.mark_point(filled=True, size=110, opacity=1).encode(x=quality, shape=shapes)
    told = "; ".join(f"{c.course} {fixed(c.baseline.value)} to {fixed(c.candidate.value)}" for c in chosen)
    chart = alt.layer(bars, points).properties(width=WIDTH, height=alt.Step(22))
    return svg(chart, f"Scaled quality per course, {GROUPS[group][0]}, baseline to candidate: {told}")


def course_rows(course: CourseComparison, sides: Sequence[str]) -> list[dict[str, object]]:
    return [
        {
            "course": course.course,
            "side": side,
            "value": found.value,
            "low": found.value if found.low is None else found.low,
            "high": found.value if found.high is None else found.high,
        }
        for side, found in zip(sides, (course.baseline, course.candidate), strict=True)
    ]


def curve(points: Sequence[CurvePoint]) -> str:
    """The losses per epoch; nothing where no epoch was reported."""
    import altair as alt

    if not points:
        return ""
    kinds = ["training", "validation"]
    data = [{"epoch": point.epoch, "loss": point.loss, "of": kinds[0]} for point in points]
    data += [
        {"epoch": point.epoch, "loss": point.validation_loss, "of": kinds[1]}
        for point in points
        if point.validation_loss is not None
    ]
    kinds = [kind for kind in kinds if any(row["of"] == kind for row in data)]
    epochs = alt.Axis(tickMinStep=1, grid=False, format="d")
    dashes = alt.StrokeDash("of:N", sort=kinds, scale=alt.Scale(domain=kinds, range=[[1, 0], [6, 3]]))
    chart = (
        alt.Chart(alt.InlineData(data))
        .mark_line(point={"filled": True, "size": 45}, strokeWidth=2)
        .encode(
            x=alt.X("epoch:Q", title="epoch", axis=epochs, scale=alt.Scale(nice=False)),
            y=alt.Y("loss:Q", title="loss per example, in nats", scale=alt.Scale(zero=True)),
            color=alt.Color("of:N", sort=kinds, scale=alt.Scale(domain=kinds, range=COLOURS[::-1])),
            strokeDash=dashes,
        )
        .properties(width=WIDTH + 30, height=220)
    )
    first, last = points[0], points[-1]
    return svg(chart, f"Training curve: loss {first.loss:.3f} in epoch {first.epoch}, {last.loss:.3f} in {last.epoch}")


def history(generations: Sequence[Generation], figure: str) -> str:
    """One of FIGURES on unseen seeds over the generations; nothing where fewer than two have it."""
    import altair as alt

    title, part = FIGURES[figure]
    figures = [(entry.generation, getattr(entry, figure)) for entry in generations]
    measured = [(str(number), 100 * value if part else value) for number, value in figures if value is not None]
    if len(measured) < 2:
        return ""
    data = [{"generation": number, "value": value, "text": fixed(value)} for number, value in measured]
    order = [number for number, _ in measured]
    shared = alt.Chart(alt.InlineData(data)).encode(
        x=alt.X("generation:O", sort=order, title="generation", axis=alt.Axis(labelAngle=0, domain=False, ticks=False)),
        y=alt.Y("value:Q", title=None, scale=alt.Scale(zero=True), axis=alt.Axis(tickCount=4, domain=False)),
    )
    line = shared.mark_line(color=COLOURS[1], strokeWidth=2, point={"filled": True, "color": COLOURS[1], "size": 60})
    labels = shared.mark_text(
        dy=-12, font=FONT, fontSize=13, color=INK, stroke="var(--paper)", strokeWidth=4, strokeJoin="round"
    ).encode(text="text:N")
    fit = alt.AutoSizeParams(type="fit", contains="padding")
    chart = alt.layer(line, labels).properties(width=230, height=150, autosize=fit)
    told = "; ".join(f"generation {number}: {fixed(value)}" for number, value in measured)
    return svg(chart, f"{title}, unseen seeds: {told}")
