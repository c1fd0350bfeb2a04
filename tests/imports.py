"""Who imports whom among the first-party files, read from their source."""

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGES = ("finetune", "scripts")
PLUGINS = {
    "finetune.lego.check": "finetune/lego/rules",
    "finetune.dataset.rules": "finetune/dataset/rules",
    "finetune.dataset.preferences": "finetune/dataset/preferences",
    "finetune.dataset.shapes": "finetune/dataset/shapes",
    "finetune.files.reading": "finetune/files/formats",
    "finetune.files.corrections": "finetune/files/exports",
    "finetune.providers": "finetune/providers",
}
"""Modules that import every module of a folder by its name at run time, and that folder."""

READ = {
    "finetune.files.profiles": "finetune/dataset/profiles",
    "finetune.reports.page": "finetune/reports/templates",
}
"""Modules that read every file of a folder at run time, and that folder."""


def file_of(module: str) -> Path | None:
    """The first-party file of a dotted name; None for what is not ours."""
    path = ROOT / module.replace(".", "/")
    for candidate in (path.with_suffix(".py"), path / "__init__.py"):
        if candidate.exists():
            return candidate.relative_to(ROOT)
    return None


def module_of(path: Path) -> str:
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported_names(path: Path) -> list[str]:
    """Every dotted name that a file imports, anywhere in it; `from a import b` counts as a and as a.b."""
    names = []
    for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0 and node.module, f"{path}:{node.lineno}: imports are absolute here"
            names += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return names


@cache
def direct(path: Path) -> frozenset[Path]:
    """The first-party files that a file makes Python run: what it imports, their packages, and its plug-ins."""
    if path.suffix != ".py":
        return frozenset()
    packages = [folder / "__init__.py" for folder in path.parents if folder != Path()]
    files = {found for found in packages if (ROOT / found).exists()}
    for name in imported_names(path):
        if name.split(".")[0] in PACKAGES:
            parts = name.split(".")
            files |= {found for i in range(1, len(parts) + 1) if (found := file_of(".".join(parts[:i])))}
    if folder := PLUGINS.get(module_of(path)):
        files |= {found.relative_to(ROOT) for found in (ROOT / folder).rglob("*.py")}
    if folder := READ.get(module_of(path)):
        files |= {found.relative_to(ROOT) for found in (ROOT / folder).iterdir() if found.is_file()}
    return frozenset(files - {path})


def closure(path: Path) -> set[Path]:
    """All first-party files that running this one runs."""
    found, todo = {path}, [path]
    while todo:
        for other in direct(todo.pop()):
            if other not in found:
                found.add(other)
                todo.append(other)
    return found
