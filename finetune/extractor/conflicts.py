"""What the claims say of a tile: claimed as it is, in conflict with a claim (FCFS), or torn by one."""

from __future__ import annotations

from collections.abc import Sequence

from finetune.extractor.examples import Case, Claimed, Tile, inside, overlap
from finetune.extractor.tokens import Span


def conflicting(case: Case, tile: Tile) -> bool:
    """Whether the known chunk of a tile is claimed, and not with the target of this tile."""
    claims = [claim for claim in case.claims if tile.known in claim.known]
    return bool(claims) and not any(tile.target in claim.target for claim in claims)


def span_standing(case: Case, span: Span) -> str:
    """How a known span stands to the claims: claimed, opened by one whose target is absent, holding one, or free."""
    standings = {_standing(claim, known, span) for claim in case.claims for known in claim.known}
    return min(standings, default="4 free")


def ends_absent_claim(case: Case, cut: int) -> bool:
    """Whether a claim whose target is absent ends at this cut of the known sentence: a chunk may not end there."""
    return any(known.end == cut for claim in case.claims if not claim.target for known in claim.known)


def _standing(claim: Claimed, known: Span, span: Span) -> str:
    if known == span:
        return "0 claimed"
    if inside(known, span):
        if claim.target:
            return "3 held"
        return "1 opened" if known.start == span.start else "2 absent"
    return "4 free"


def claim_features(case: Case, classes: Sequence[str], tile: Tile) -> list[tuple[str, float]]:
    """Each kind of relation between a tile and the claims, with how often it holds."""
    counts: dict[str, float] = {}
    for claim in case.claims:
        for known in claim.known:
            for name in _relations(claim, known, tile, classes):
                counts[name] = counts.get(name, 0.0) + 1.0
    return list(counts.items())


def _relations(claim: Claimed, known: Span, tile: Tile, classes: Sequence[str]) -> list[str]:
    present = bool(claim.target)
    if known == tile.known:
        if tile.target in claim.target:
            return ["claim is this", f"claim is this:{known.end - known.start}"]
        return ["claim conflicts", f"claim conflicts:{'present' if present else 'absent'}"]
    if not inside(known, tile.known):
        torn = overlap(known, tile.known) and not inside(tile.known, known)
        names = [f"claim torn:{'present' if present else 'absent'}"] if torn else []
        if present and not overlap(known, tile.known) and any(overlap(at, tile.target) for at in claim.target):
            names.append("claim target taken")
        if inside(tile.known, known):
            names.append(f"claim around:{'present' if present else 'absent'}")
        return names
    if present:
        held = any(inside(at, tile.target) for at in claim.target)
        return ["claim held" if held else "claim torn:target"]
    if known.start == tile.known.start:
        rest = " ".join(classes[known.end : tile.known.end])
        return ["claim absent:opens", f"claim absent:opens:{rest}"]
    return ["claim absent:inside"]
