"""Let `dvc plots` work without a network: write the page that it fills, with Vega inside."""

import argparse
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

from finetune import commands, dvc
from finetune.files.writing import write
from finetune.reports.program import say

PAGE = Path(".dvc/tmp/plots.html")
SETTING = "plots.html_template"
SCHEMA = "5."
"""The Vega-Lite that DVC's own templates name."""


def template() -> str:
    """The page with `{plot_divs}`, for DVC, and with the scripts that DVC would otherwise have it load."""
    import vl_convert

    versions = [version for version in vl_convert.get_vegalite_versions() if version.startswith(SCHEMA)]
    newest = max(versions, key=lambda version: int(version.removeprefix(SCHEMA)))
    page = (files(commands) / "plots.html").read_text(encoding="utf-8")
    return page.replace("/* vega */", vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;", vl_version=newest))


def main(argv: Sequence[str]) -> int:
    """The setting is this clone's own (`.dvc/config.local`): without the page, DVC loads Vega as it always does."""
    parser = argparse.ArgumentParser(prog="finetune plots", description=__doc__)
    parser.parse_args(argv)
    write(PAGE, template())
    here = str(PAGE.relative_to(".dvc"))
    settings = dict(line.split("=", 1) for line in dvc.ask("config", "--local", "--list").splitlines() if "=" in line)
    if settings.get(SETTING, here) != here:
        say(f"{PAGE} is written, but {SETTING} is {settings[SETTING]} here: left as it is")
        return 0
    dvc.ask("config", "--local", SETTING, here)
    say("`dvc plots show` and `dvc plots diff` need no network now")
    return 0
