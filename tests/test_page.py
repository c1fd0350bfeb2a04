"""The report's page, in a real browser."""

import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from finetune.reports.page import page as render
from tests.looking import CONTRASTS, NOT_MEANT, PHONE, looking, text, wider_than_the_screen
from tests.reports import VARIANTS, realistic

Written = Callable[[str], Path]
SIZES: tuple[ViewportSize, ...] = (
    PHONE,
    {"width": 320, "height": 640},
    {"width": 768, "height": 1024},
    {"width": 1440, "height": 900},
)


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> Written:
    """A variant's page, written to disk once."""
    folder = tmp_path_factory.mktemp("pages")

    def write(variant: str) -> Path:
        path = folder / f"{variant.replace(' ', '-')}.html"
        if not path.exists():
            path.write_text(render(VARIANTS[variant]()), encoding="utf-8")
        return path

    return write


def shown(page: Page) -> list[str]:
    """The ids of the differing seeds that can be seen."""
    seeds = "[...document.querySelectorAll('.seed')].filter((seed) => seed.checkVisibility()).map((seed) => seed.id)"
    found: list[str] = page.evaluate(seeds)
    return found


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_report_opens_from_disk_alone_fits_every_width_and_says_all_in_words(
    browser: Browser, written: Written, variant: str
) -> None:
    with looking(browser, written(variant), viewport=PHONE) as page:
        too_wide = [("folded", size) for size in SIZES if wider_than_the_screen(page, size)]
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        too_wide += [("open", size) for size in SIZES if wider_than_the_screen(page, size)]
        assert not too_wide
        assert not re.findall(NOT_MEANT, text(page))


def test_the_verdict_comes_first_with_its_outcome_its_caveats_and_the_criteria(
    browser: Browser, written: Written
) -> None:
    report = realistic()
    with looking(browser, written("better")) as page:
        first = page.locator("h1, h2, h3").first
        assert first.inner_text() == f"better {report.comparison.verdict.sentence}"
        above = page.inner_text("header")
        assert all(caveat in above for caveat in report.comparison.verdict.caveats)
        assert page.locator(".criteria .mark").all_inner_texts() == ["✓ met", "✗ not met", "✓ met"]
        top = page.locator(".verdict").bounding_box()
        assert top and top["y"] < 150


def test_a_sceptic_finds_what_it_rests_on(browser: Browser, written: Written) -> None:
    with looking(browser, written("better")) as page:
        measured = text(page)
    for told in ("32 · 8 · 22", "p = 0.008", "p < 0.001", "+35.4 to +68.6", "odd samples", "p = 0.620", "Holm"):
        assert told in measured, told
    assert "2 seeds whose correct answer still breaks a law" in measured
    assert "1 answer left out on both sides, since a call failed" in measured
    assert "408 answers; 1 failed call, 4 not to be parsed" in measured


def test_a_blocked_comparison_does_not_look_like_a_good_one(browser: Browser, written: Written) -> None:
    with looking(browser, written("blocked")) as page:
        assert page.locator("h1 .badge").inner_text() == "blocked"
        blocked = page.locator(".verdict").evaluate("(it) => getComputedStyle(it).borderLeftColor")
    with looking(browser, written("better")) as page:
        assert page.locator(".verdict").evaluate("(it) => getComputedStyle(it).borderLeftColor") != blocked


def test_the_page_is_structured_for_those_who_do_not_see_it(browser: Browser, written: Written) -> None:
    with looking(browser, written("better")) as page:
        levels = page.evaluate("[...document.querySelectorAll('h1,h2,h3,h4')].map((it) => Number(it.tagName[1]))")
        assert levels[0] == 1 and levels.count(1) == 1
        assert all(after <= before + 1 for before, after in pairwise(levels)), levels
        assert page.get_attribute("html", "lang") == "en"
        charts = page.locator("svg[role=img]")
        assert charts.count() == 7
        assert all(charts.nth(i).get_attribute("aria-label") for i in range(7))
        links = page.locator("nav a").evaluate_all("(all) => all.map((it) => it.hash)")
        assert len(links) == 11
        assert all(page.locator(link).count() == 1 for link in links)
        ids = page.evaluate("[...document.querySelectorAll('[id]')].map((it) => it.id)")
        assert len(ids) == len(set(ids))
        assert page.locator("bdi[lang=cmn]").count()


def test_filters_show_what_they_say_together_and_say_how_many(browser: Browser, written: Written) -> None:
    differences = realistic().differences
    with looking(browser, written("better")) as page:
        count = page.locator("#filters output")
        assert count.inner_text() == f"{len(differences)} of {len(differences)} seeds"
        page.select_option("[name=course]", "spa_for_eng")
        page.select_option("[name=outcome]", "worse")
        wanted = [d for d in differences if d.course == "spa_for_eng" and d.outcome == "worse"]
        assert wanted and shown(page) == [f"seed-{d.course}-{d.seed_id}" for d in wanted]
        assert count.inner_text() == f"{len(wanted)} of {len(differences)} seeds"
        page.click("button[type=reset]")
        page.wait_for_function(f"document.querySelectorAll('.seed:not([hidden])').length === {len(differences)}")
        page.select_option("[name=group]", "unseen")
        assert len(shown(page)) == sum(d.group == "unseen" for d in differences) > 0
        page.fill("[name=text]", "  LA CLÉ ")
        assert shown(page) == ["seed-fra_for_eng-S0004"]


def test_filters_are_kept_in_the_address_and_a_link_to_a_hidden_seed_shows_it(
    browser: Browser, written: Written
) -> None:
    with looking(browser, written("better")) as page:
        page.select_option("[name=outcome]", "worse")
        kept = page.url
        worse = shown(page)
    with looking(browser, written("better")) as page:
        page.goto(kept)
        page.reload()
        assert page.input_value("[name=outcome]") == "worse"
        assert shown(page) == worse
        page.evaluate("location.hash = '#seed-fra_for_eng-S0004'")
        page.wait_for_function("document.querySelectorAll('.seed[hidden]').length === 0")
        assert page.input_value("[name=outcome]") == ""


def test_filters_work_by_keyboard_alone(browser: Browser, written: Written) -> None:
    with looking(browser, written("better")) as page:
        page.focus("[name=course]")
        page.keyboard.type("ita")
        assert page.input_value("[name=course]") == "ita_for_eng"
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        page.keyboard.type("wor")
        assert page.input_value("[name=outcome]") == "worse"
        assert all("ita_for_eng" in seed for seed in shown(page))


def test_without_scripts_every_seed_can_be_seen_and_there_are_no_dead_filters(
    browser: Browser, written: Written
) -> None:
    with looking(browser, written("better"), java_script_enabled=False) as page:
        seeds = page.locator(".seed")
        assert seeds.count() == len(realistic().differences)
        assert all(seeds.nth(i).is_visible() for i in range(seeds.count()))
        assert not page.locator("#filters").is_visible()


def test_an_answer_s_pairs_are_marked_by_signs_and_not_by_colour_alone(browser: Browser, written: Written) -> None:
    with looking(browser, written("better")) as page:
        sides = page.locator("#seed-spa_for_eng-S0030 .side")
        names = [name.strip() for name in sides.locator("h4").all_text_contents()]
        assert names == ["baseline · generation 1", "candidate · generation 2", "corrected"]
        assert sides.nth(0).locator("li.gone .sign").all_text_contents() == ["−"] * 3
        assert (sides.nth(1).locator("li.new").text_content() or "").startswith("+necesitan = they need base ✓")
        assert sides.nth(2).locator(".sign").count() == 0


def test_dark_and_light_differ_also_in_the_charts(browser: Browser, written: Written) -> None:
    colours = []
    for scheme in ("light", "dark"):
        with looking(browser, written("better"), color_scheme=scheme) as page:
            label = page.locator("svg.chart text").first.evaluate("(it) => getComputedStyle(it).fill")
            point = page.locator("svg.chart .mark-symbol path").first.evaluate("(it) => getComputedStyle(it).fill")
            colours.append((page.evaluate("getComputedStyle(document.body).backgroundColor"), label, point))
    assert all(light != dark for light, dark in zip(*colours, strict=True)), colours


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("variant", ["better", "blocked", "hostile"])
def test_all_text_has_enough_contrast(browser: Browser, written: Written, variant: str, scheme: str) -> None:
    with looking(browser, written(variant), color_scheme=scheme) as page:
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        assert page.evaluate(CONTRASTS) == []


def test_on_paper_it_is_light_has_no_filters_and_all_details_are_open(browser: Browser, written: Written) -> None:
    paper = {"width": 718, "height": 1000}  # A4 with margins of 1 cm
    with looking(browser, written("better"), color_scheme="dark", viewport=paper) as page:
        page.emulate_media(media="print")
        assert not wider_than_the_screen(page)
        heights = page.evaluate("[...document.querySelectorAll('td.figure')].map((it) => it.offsetHeight)")
        assert max(heights) < 80, "a figure is broken into lines"
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        assert not page.locator("#filters").is_visible()
        assert not page.locator("nav").is_visible()
        hidden = "[...document.querySelectorAll('.occurrences')].filter((it) => !it.checkVisibility()).length"
        assert page.locator(".occurrences").count() and page.evaluate(hidden) == 0
        assert page.evaluate(CONTRASTS) == []
        assert page.pdf(format="A4").startswith(b"%PDF")


def test_text_that_tries_to_be_markup_is_text(browser: Browser, written: Written) -> None:
    with looking(browser, written("hostile")) as page:
        assert page.locator("script").count() == 1
        assert '<script>alert("x")</script>' in page.inner_text("h1")
        assert "{{ 7 * 7 }}" in page.inner_text("h1")
        labels = page.locator("svg.chart text").all_text_contents()
        assert any(label.startswith("<script>") for label in labels), labels


def test_hundreds_of_seeds_are_quick(browser: Browser, written: Written) -> None:
    with looking(browser, written("long")) as page:
        assert page.locator(".seed").count() > 500
        filtering = """() => {
            const start = performance.now();
            const control = document.querySelector("[name=text]");
            control.value = "key";
            control.dispatchEvent(new Event("input", { bubbles: true }));
            document.body.getBoundingClientRect();
            return performance.now() - start;
        }"""
        assert page.evaluate(filtering) < 1000
        assert 0 < len(shown(page)) < page.locator(".seed").count()
