"""The report: its Markdown, its summary, its bytes, and the stage that writes it."""

import hashlib
import io
import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from msgspec.structs import replace
from playwright.sync_api import Browser
from rich.console import Console

from finetune.files.jsonl import dump
from finetune.files.writing import write, write_json
from finetune.records.comparison import Comparison
from finetune.records.job import Entry, Job, Model
from finetune.records.report import Report
from finetune.records.result import Prediction
from finetune.reports.markdown import LIMIT, markdown
from finetune.reports.page import changed, page
from finetune.reports.summary import summary
from finetune.reports.words import probability, signed
from tests.conftest import TESTING, Project
from tests.imports import ROOT
from tests.looking import NOT_MEANT, looking
from tests.reports import HOSTILE, SPEC, VARIANTS, read, realistic


def rendered(text: str) -> str:
    """Markdown as GitHub's parser reads it: CommonMark with tables, and HTML."""
    return str(MarkdownIt("commonmark", {"html": True}).enable("table").render(text))


def on_screen(comparison: Comparison, width: int, colour: bool = False) -> str:
    console = Console(file=io.StringIO(), width=width, highlight=False, soft_wrap=True, force_terminal=colour)
    console.print(summary(comparison))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_markdown_says_all_in_words_and_is_never_too_long_for_a_comment(variant: str) -> None:
    text = markdown(VARIANTS[variant]())
    assert len(text) <= LIMIT
    assert len(text.splitlines()) <= 75
    assert not re.findall(NOT_MEANT, text)
    html = rendered(text)
    assert html.startswith("<h2>") and html.count("<h3>") == 4
    assert html.count("<details>") == html.count("</details>") == 1


def test_the_markdown_has_the_verdict_the_criteria_the_measures_and_what_broke() -> None:
    text = markdown(realistic())
    assert text.splitlines()[0] == "## Generation 2 against 1: better"
    assert "- [ ] **FCFS violations**: wanted none; found 1" in text
    assert text.count("- [x]") == 2
    assert (
        "| **clean LEGOs per seed** | 41.2 % | 93.2 % | +52.0 (+35.4 to +68.6) | p = 0.016, adjusted | better |" in text
    )
    healing = [line for line in text.splitlines() if re.match(r"\| `", line)]
    assert [line.split("|")[1].strip() for line in healing] == [
        "`now`",
        "`the key`",
        "`with`",
        "`to leave`",
        "`I want`",
    ]
    assert "- `to speak`: FCFS violation, 1 seed" in text
    assert len(text.splitlines()) < 60


def test_long_lists_are_cut_in_the_markdown_and_the_rest_is_counted() -> None:
    text = markdown(VARIANTS["long"]())
    assert "and 1988 more" in text and "and 288 more" in text


def test_a_comment_that_would_be_too_long_is_cut() -> None:
    report = realistic()
    verdict = replace(report.comparison.verdict, criteria=report.comparison.verdict.criteria * 3)
    long = tuple(replace(criterion, name="n" * 9000, wanted="w" * 9000) for criterion in verdict.criteria)
    text = markdown(replace(report, comparison=replace(report.comparison, verdict=replace(verdict, criteria=long))))
    assert len(text) <= LIMIT


def test_hostile_text_stays_text_in_the_markdown() -> None:
    html = rendered(markdown(VARIANTS["hostile"]()))
    assert "<script" not in html
    rows = [row for row in re.findall(r"<tr>.*?</tr>", html, re.DOTALL) if "<td>" in row]
    table = [row for row in rows if "FD violation" in row]
    assert [row.count("<td>") for row in table] == [3, 3, 3], "a pipe in a chunk ended its cell"
    escaped = HOSTILE.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    assert f"<code>{escaped}</code>" in "".join(table)


@pytest.mark.parametrize(
    "nasty", ["a|b", r"a\|b", "\\", "`", "``", "a`b|c", "", " ", "a\nb", "x" * 5000, "@all #1 www.a.b"]
)
def test_a_chunk_of_any_text_is_one_cell_and_no_mention(nasty: str) -> None:
    report = realistic()
    pattern = replace(report.comparison.patterns[0], known_chunk=nasty)
    text = markdown(replace(report, comparison=replace(report.comparison, patterns=(pattern,))))
    [row] = [row for row in re.findall(r"<tr>.*?</tr>", rendered(text), re.DOTALL) if "FCFS violation" in row]
    assert row.count("<td>") == 4
    assert row.count("<code>") == 1


def test_text_mentions_nobody_and_links_nowhere() -> None:
    report = realistic()
    verdict = replace(report.comparison.verdict, sentence="@octocat fixes #12 at https://a.example and www.a.example")
    text = markdown(replace(report, comparison=replace(report.comparison, verdict=verdict)))
    assert not re.search(r"@octocat|#12|https://|www\.", text)


@pytest.mark.parametrize("width", [80, 100, 140])
@pytest.mark.parametrize("variant", VARIANTS)
def test_the_summary_is_one_screen(variant: str, width: int) -> None:
    lines = on_screen(VARIANTS[variant]().comparison, width).splitlines()
    assert len(lines) <= 24
    assert max(map(len, lines)) <= width
    assert not re.findall(NOT_MEANT, "\n".join(lines))


def test_the_summary_says_what_matters_and_is_coloured_only_on_a_terminal() -> None:
    comparison = realistic().comparison
    told = on_screen(comparison, 100)
    assert "BETTER  Generation 2 is better than generation 1" in told
    assert "✗ not met: FCFS violations: 1 (wanted: none)" in told
    assert re.search(r"unseen seeds +32 +clean LEGOs +41\.2 % → 93\.2 % +\+52\.0 +\+35\.4 to \+68\.6 +0\.016", told)
    assert "corrected errors, trained seeds: 1 regressed, 1 healed" in told
    assert "newly broken: 1 chunk, “to speak”" in told
    assert "\x1b[" not in told
    assert "\x1b[" in on_screen(comparison, 100, colour=True)


def test_figures_have_signs_and_never_a_minus_zero() -> None:
    assert [signed(value) for value in (52.04, -0.26, -0.04, 0.0, None)] == ["+52.0", "−0.3", "0.0", "0.0", "none"]
    assert [probability(p) for p in (0.0078, 0.0004, 1.0, None)] == [
        "p = 0.008",
        "p < 0.001",
        "p = 1.000",
        "too few to tell",
    ]


def test_what_was_set_differently_is_told_but_not_against_a_model_without_params() -> None:
    base, first, second = realistic().history
    assert changed(base, first) is changed(None, base) is None
    assert changed(first, second) == [("submit.hyperparameters.regularisation", 1.0, 0.5)]
    added = replace(second, params=second.params | {"predict.new": True})
    assert ("predict.new", "not set", True) in (changed(first, added) or [])


def test_the_same_report_gives_the_same_bytes_in_another_process() -> None:
    program = (
        "import hashlib; from tests.reports import realistic; from finetune.reports.page import page; "
        "print(hashlib.sha256(page(realistic()).encode()).hexdigest())"
    )
    asked = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert asked.stdout.strip() == hashlib.sha256(page(realistic()).encode()).hexdigest()


Inputs = Callable[..., str]


@pytest.fixture
def stage(project: Project) -> Inputs:
    """`python -m scripts.report` on a report's own parts, written to files; returns what it printed."""
    report, (generated, corrected) = realistic(), read()
    folder = project.path("given")
    for side in ("baseline", "candidate"):
        write_json(folder / f"{side}-results.json", getattr(report, side))
    for side, courses in (("baseline", generated), ("candidate", corrected)):
        answers = [
            Prediction(seed.course, seed.seed_id, side, "", seed.breakdown)
            for seeds in courses.values()
            for seed in seeds
        ]
        write(folder / f"{side}-predictions.jsonl", "".join(map(dump, answers)))
    write_json(folder / "comparison.json", report.comparison)
    write_json(folder / "history.json", report.history)
    write_json(folder / "model.json", Model(report.card.model_id, Job(report.card.job_id, SPEC), "2027-01-31"))
    write_json(folder / f"jobs/{SPEC.key}.json", Entry(SPEC, report.card.intended_at, report.card.job_id, "2026-10-07"))
    write(folder / "curve.csv", "epoch,loss,validation_loss\n1,1.5,\n2,0.9,1.1\n")
    given = {
        "--comparison": "given/comparison.json",
        "--baseline-results": "given/baseline-results.json",
        "--candidate-results": "given/candidate-results.json",
        "--baseline-predictions": "given/baseline-predictions.jsonl",
        "--candidate-predictions": "given/candidate-predictions.jsonl",
        "--courses": "skills/lego-extraction-skill/courses",
        "--corrections": "skills/lego-extraction-skill/corrections",
        "--history": "given/history.json",
        "--curve": "given/curve.csv",
        "--model": "given/model.json",
        "--jobs": "given/jobs",
        "--page": "made/report.html",
        "--markdown": "made/report.md",
    }

    def run(code: int = 0) -> str:
        return project.python("-m", "scripts.report", *(word for pair in given.items() for word in pair), code=code)

    return run


def test_the_stage_writes_the_page_and_the_markdown_of_what_it_reads(stage: Inputs, project: Project) -> None:
    assert "made/report.html" in stage()
    html, text = project.read("made/report.html"), project.read("made/report.md")
    assert html.count('<article class="seed"') == sum(
        old.breakdown != new.breakdown
        for a, b in zip(*map(dict.values, read()), strict=True)
        for old, new in zip(a, b, strict=True)
    )
    assert "retires 2027-01-31" in html and "retires 2027-01-31" in text
    assert "2026-10-07T09:30:00+00:00" in html
    stage()
    assert (project.read("made/report.html"), project.read("made/report.md")) == (html, text)


def test_the_stage_shows_as_many_generations_as_it_is_told(stage: Inputs, project: Project) -> None:
    project.replace("params.yaml", "  history: 5", "  history: 1")
    stage()
    html = project.read("made/report.html")
    assert "<h3>Generation 1</h3>" in html and "<h3>Generation 0</h3>" not in html


@pytest.mark.parametrize(
    ("file", "content", "told"),
    [
        ("comparison.json", "{}", "dvc repro --force evaluate"),
        ("history.json", None, "dvc repro --force evaluate"),
        ("model.json", json.dumps({"model_id": 1}), "dvc repro --force record"),
        ("curve.csv", "epoch,loss,validation_loss\nfirst,1,\n", "given/curve.csv:2"),
    ],
)
def test_what_it_cannot_read_is_said_with_what_to_do(
    stage: Inputs, project: Project, file: str, content: str | None, told: str
) -> None:
    path = project.path(Path("given") / file)
    path.unlink() if content is None else path.write_text(content, encoding="utf-8")
    assert told in stage(code=2)
    assert not project.path("made").exists()


def test_every_variant_is_a_report() -> None:
    assert all(isinstance(made(), Report) for made in VARIANTS.values())


def test_a_real_generation_s_page_opens_from_disk_alone_and_shows_what_was_measured(
    browser: Browser, generation_one: Project
) -> None:
    found = json.loads(generation_one.read(TESTING / "generation-comparison.json"))
    with looking(browser, generation_one.path("reports/generation-1.html")) as page:
        assert found["verdict"]["sentence"] in page.locator("h1").inner_text()
        seeds = page.locator("article.seed")
        assert seeds.count() > 100
        page.locator("select[name=course]").select_option("por_for_eng")
        portuguese = [seed for seed in seeds.all() if seed.is_visible()]
        assert 0 < len(portuguese) <= 16
        assert all("por_for_eng" in (seed.get_attribute("id") or "") for seed in portuguese)
    assert found["verdict"]["sentence"].replace("~", "\\~") in generation_one.read("reports/generation-1.md")
