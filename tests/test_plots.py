"""`dvc plots`, in a real browser and without a network."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.conftest import Project
from tests.looking import looking


@pytest.mark.parametrize("command", [("show",), ("diff", "gen-1")], ids=" ".join)
def test_plots_need_no_network_after_the_page_for_them_is_made(
    browser: Browser, made: Project, tmp_path: Path, command: tuple[str, ...]
) -> None:
    made.python("-m", "finetune", "plots")
    if "diff" in command:
        curve = made.path("skills/lego-extraction-skill/testing/generation-1-curve.csv")
        curve.write_text("epoch,loss,validation_loss\n1,1.5,1.6\n2,1.1,1.2\n", encoding="utf-8")
    made.run("dvc", "plots", *command, "--out", str(tmp_path / "plots"))
    backgrounds = []
    for scheme in ("light", "dark"):
        with looking(browser, tmp_path / "plots/index.html", color_scheme=scheme) as page:
            assert page.title() == "Plots of the generations"
            for title in ("loss per example", "on seeds that no model was trained on"):
                chart = page.locator(".vega-embed svg.marks").filter(has_text=title)
                chart.wait_for()
                assert chart.locator("path[aria-roledescription='line mark']").count() >= 2
            backgrounds.append(page.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert backgrounds[0] != backgrounds[1]


def test_the_page_is_this_clone_s_own_and_git_does_not_see_it(project: Project) -> None:
    told = project.python("-m", "finetune", "plots")
    assert "need no network" in told
    assert project.read(".dvc/config.local").splitlines()[1].strip() == "html_template = tmp/plots.html"
    assert project.run("git", "status", "--porcelain") == ""
    first = project.read(".dvc/tmp/plots.html")
    project.python("-m", "finetune", "plots")
    assert project.read(".dvc/tmp/plots.html") == first


def test_a_setting_of_one_s_own_is_left_as_it_is(project: Project) -> None:
    project.run("dvc", "config", "--local", "plots.html_template", "mine.html")
    assert "left as it is" in project.python("-m", "finetune", "plots")
    assert "mine.html" in project.read(".dvc/config.local")
