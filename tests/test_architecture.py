"""The house: floors, purity, and one word per thing."""

import ast
import re
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.imports import ROOT, closure, direct, imported_names

FLOORS = (
    ("finetune/__init__.py", "finetune/errors.py", "finetune/records"),
    ("finetune/lego", "finetune/dataset", "finetune/extractor", "finetune/statistics", "finetune/files"),
    (
        "finetune/adding.py",
        "finetune/answering.py",
        "finetune/answers.py",
        "finetune/batching.py",
        "finetune/buckets.py",
        "finetune/calling.py",
        "finetune/counting.py",
        "finetune/credentials.py",
        "finetune/dvc.py",
        "finetune/earlier.py",
        "finetune/estimating.py",
        "finetune/explaining.py",
        "finetune/fixing.py",
        "finetune/foreseeing.py",
        "finetune/garbage.py",
        "finetune/intents.py",
        "finetune/large.py",
        "finetune/ledger.py",
        "finetune/linting.py",
        "finetune/notifying.py",
        "finetune/ordering.py",
        "finetune/parents.py",
        "finetune/part.py",
        "finetune/predicting.py",
        "finetune/preparing.py",
        "finetune/provenance.py",
        "finetune/recording.py",
        "finetune/rehearsal.py",
        "finetune/revisions.py",
        "finetune/providers",
        "finetune/settling.py",
        "finetune/spending.py",
        "finetune/starting.py",
        "finetune/submission.py",
        "finetune/tally.py",
        "finetune/upcoming.py",
        "finetune/validating.py",
        "finetune/verifying.py",
        "finetune/waiting.py",
        "finetune/workers.py",
    ),
    ("finetune/__main__.py", "finetune/commands", "finetune/emulator", "finetune/reports", "scripts", "benchmarks"),
)
PURE = ("finetune/lego", "finetune/dataset", "finetune/extractor", "finetune/statistics", "finetune/records")
IMPURE_MODULES = {"os", "pathlib", "io", "time", "datetime", "secrets", "socket", "subprocess", "urllib", "tempfile"}
IMPURE_MODULES |= {"shutil", "sqlite3", "httpx", "requests", "rich", "logging", "jsonlines", "yaml"}
PIPELINE = yaml.safe_load((ROOT / "dvc.yaml").read_text(encoding="utf-8"))
STAGES = list(PIPELINE["stages"])
WITHOUT_PARAMS = "record"
"""The one stage that has neither params nor code deps: what is edited while it waits must not count as used."""


def first_party() -> list[Path]:
    files = [path for folder in ("finetune", "scripts", "benchmarks") for path in (ROOT / folder).rglob("*.py")]
    return sorted(path.relative_to(ROOT) for path in files)


def inside(path: Path, folder: str) -> bool:
    return str(path) == folder or str(path).startswith(f"{folder}/")


def floor_of(path: Path) -> int:
    floors = [number for number, folders in enumerate(FLOORS) if any(inside(path, folder) for folder in folders)]
    assert len(floors) == 1, f"{path} is on no floor, or on two: put it into FLOORS"
    return floors[0]


def definition(stage: str) -> dict[str, list[object]]:
    """A stage's deps, params, outs and cmd, also where it is made for each of several."""
    found: dict[str, list[object]] = PIPELINE["stages"][stage]
    return found.get("do", found)  # type: ignore[return-value]


def only_a_docstring(path: Path) -> bool:
    return path.suffix == ".py" and len(ast.parse((ROOT / path).read_text(encoding="utf-8")).body) <= 1


@pytest.mark.parametrize("path", first_party(), ids=str)
def test_a_file_imports_only_from_its_own_floor_or_below(path: Path) -> None:
    above = [str(other) for other in direct(path) if floor_of(other) > floor_of(path)]
    assert not above, f"{path} is on floor {floor_of(path)} and imports from above: {above}"


@pytest.mark.parametrize("path", [path for path in first_party() if any(inside(path, p) for p in PURE)], ids=str)
def test_pure_work_touches_no_file_clock_network_or_screen(path: Path) -> None:
    imported = {name.split(".")[0] for name in imported_names(path)}
    assert not imported & IMPURE_MODULES, f"{path} imports {imported & IMPURE_MODULES}"
    calls = [node.func for node in ast.walk(ast.parse((ROOT / path).read_text())) if isinstance(node, ast.Call)]
    names = {call.id for call in calls if isinstance(call, ast.Name)}
    chance = {call.attr for call in calls if isinstance(call, ast.Attribute) and ast.unparse(call.value) == "random"}
    assert chance <= {"Random"}, f"{path} calls random.{chance}: chance comes from a seeded random.Random"
    assert not names & {"open", "print", "input"}, f"{path} calls {names & {'open', 'print', 'input'}}"


@pytest.mark.parametrize("path", [path for path in first_party() if floor_of(path) < 3], ids=str)
def test_only_the_top_floor_prints(path: Path) -> None:
    calls = [node.func for node in ast.walk(ast.parse((ROOT / path).read_text())) if isinstance(node, ast.Call)]
    assert "print" not in {call.id for call in calls if isinstance(call, ast.Name)}
    assert not any(name.startswith(("rich", "finetune.reports")) for name in imported_names(path))


@pytest.mark.parametrize("stage", [stage for stage in STAGES if stage != WITHOUT_PARAMS])
def test_a_stage_depends_on_exactly_the_code_that_it_runs(stage: str) -> None:
    deps = {str(dep) for dep in definition(stage)["deps"] if str(dep).startswith(("finetune/", "scripts/"))}
    runs = {path for path in closure(Path(f"scripts/{stage}.py")) if not only_a_docstring(path)}
    forgotten = {str(path) for path in runs if not any(inside(path, dep) for dep in deps)}
    needless = {dep for dep in deps if not any(inside(path, dep) for path in runs)}
    assert not forgotten, f"{stage} would be silently stale: add to its deps {sorted(forgotten)}"
    assert not needless, f"{stage} would run for nothing: take out of its deps {sorted(needless)}"


def test_the_stage_that_waits_has_no_params_and_no_code_deps() -> None:
    waits = definition(WITHOUT_PARAMS)
    assert "params" not in waits
    assert not [dep for dep in waits["deps"] if str(dep).startswith(("finetune/", "scripts/"))]


def test_stage_and_script_and_params_section_and_test_file_are_one_word() -> None:
    params = yaml.safe_load((ROOT / "params.yaml").read_text(encoding="utf-8"))
    sections = {name for name, value in params.items() if isinstance(value, dict)}
    scripts = {path.stem for path in (ROOT / "scripts").glob("*.py")} - {"__init__"}
    assert scripts == set(STAGES)
    assert sections == set(STAGES)
    assert all((ROOT / f"tests/test_{stage}.py").exists() for stage in STAGES)


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_runs_its_script_with_its_params_and_has_a_description(stage: str) -> None:
    described = definition(stage)
    assert f"python -m scripts.{stage} " in str(described["cmd"])
    assert described["desc"]
    assert stage == WITHOUT_PARAMS or stage in described["params"]


def test_the_readme_has_a_row_for_each_stage_and_for_each_params_section() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    missing = [stage for stage in STAGES if not re.search(rf"^\| `{stage}` \|", readme, re.MULTILINE)]
    params = yaml.safe_load((ROOT / "params.yaml").read_text(encoding="utf-8"))
    keys = [f"{section}.{key}" for section, value in params.items() if isinstance(value, dict) for key in value]
    missing += [key for key in keys if f"`{key}`" not in readme]
    assert not missing, f"README.md has no row for {missing}"


def test_every_module_says_in_one_line_what_it_is_for() -> None:
    for path in first_party():
        docstring = ast.get_docstring(ast.parse((ROOT / path).read_text(encoding="utf-8")))
        assert docstring, f"{path} has no docstring"
        assert len(docstring.splitlines()[0]) > 10, f"{path}: {docstring}"


def test_the_project_names_no_machine_and_no_registry() -> None:
    places = rf"{re.escape(str(ROOT))}/|{re.escape(str(Path.home()))}/|https?://[^ \"']+\.(whl|tgz)|index-url +http"
    found = subprocess.run(
        ["git", "grep", "-nIE", places, "--", ".", ":!tests/test_architecture.py"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert not found.stdout, found.stdout
