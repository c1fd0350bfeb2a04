"""Two generations side by side: the metrics file, and the table for the terminal."""

from rich.table import Table

from finetune.records.result import Results

MEASURES = ("f1", "precision", "recall", "fcfs_violations")
MEANING = {
    "unseen": "unseen seeds",
    "seen": "trained seeds",
    "left_out": "trained elsewhere",
    "never_trained": "new language",
}


def change(baseline: float, candidate: float, decimals: int) -> dict[str, float]:
    return {"baseline": baseline, "candidate": candidate, "change": round(candidate - baseline, decimals)}


def compare(baseline: Results, candidate: Results, decimals: int) -> dict[str, object]:
    """The content of `generation-comparison.json`: every figure for both sides, and by how much it changed."""
    groups = {
        group: {
            "seeds": candidate.by_group[group].seeds,
            **{
                measure: change(
                    getattr(baseline.by_group[group], measure), getattr(candidate.by_group[group], measure), decimals
                )
                for measure in MEASURES
            },
        }
        for group in MEANING
        if group in candidate.by_group
    }
    names = ("quality", "total_issues", "fcfs_violations", "unparsed")
    overall = {
        name: change(baseline.overall_metrics[name], candidate.overall_metrics[name], decimals) for name in names
    }
    return {
        "baseline": {"generation": baseline.generation, "model": baseline.model},
        "candidate": {"generation": candidate.generation, "model": candidate.model},
        "by_group": groups,
        "overall": overall,
    }


def metrics(candidate: Results) -> dict[str, object]:
    """The candidate's own figures, for `dvc metrics`: their difference between two revisions is that of two models."""
    return {
        "generation": candidate.generation,
        **{
            group: {measure: getattr(candidate.by_group[group], measure) for measure in ("seeds", *MEASURES)}
            for group in MEANING
            if group in candidate.by_group
        },
        "overall": candidate.overall_metrics,
    }


def table(baseline: Results, candidate: Results) -> Table:
    """A row per group of seeds, the unseen first: that is where learning shows."""
    shown = Table(
        title=f"generation {baseline.generation} ({baseline.model}) → {candidate.generation} ({candidate.model})"
    )
    shown.add_column("answers to")
    for name in ("seeds", "F1", "then", "FCFS broken", "then"):
        shown.add_column(name, justify="right")
    for group, meaning in MEANING.items():
        if group in candidate.by_group:
            old, new = baseline.by_group[group], candidate.by_group[group]
            colour = "green" if new.f1 > old.f1 else "red" if new.f1 < old.f1 else "white"
            shown.add_row(
                meaning,
                str(new.seeds),
                f"{old.f1:.3f}",
                f"[{colour}]{new.f1:.3f}[/]",
                str(old.fcfs_violations),
                str(new.fcfs_violations),
            )
    return shown
