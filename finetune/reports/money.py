"""Prices, tokens and times in words, for the terminal."""

from collections.abc import Sequence

from finetune.estimating import asked
from finetune.records.estimate import Calls, Estimate, Training
from finetune.records.price import Mode, Range
from finetune.reports.program import count

HOW = {"measured": "counted by the provider", "estimated": "estimated"}


def amount(usd: float) -> str:
    """12.34; 0.0012 where two decimals would say nothing; 0."""
    return f"{usd:,.2f}" if usd >= 1 else f"{usd:.2g}"


def usd(of: Range | None) -> str:
    if of is None:
        return "unknown"
    low, high = amount(of.low), amount(of.high)
    return f"{low} USD" if low == high else f"{low} to {high} USD"


def tokens(of: Range, how: str, sampled: int = 0) -> str:
    """The middle, with its margin unless it is known."""
    margin = f" ± {of.margin:.0%}".replace("%", " %") if of.margin >= 0.005 else ""
    about = "about " if of.margin and not margin else ""
    by = f", by a sample of {sampled}" if sampled else ""
    return f"{about}{(of.low + of.high) / 2:,.0f} tokens{margin}, {HOW[how]}{by}"


def epochs(of: Range) -> str:
    return f"{of.low:g}" if of.low == of.high else f"{of.low:g} to {of.high:g}"


def by_price(of: Training | Calls) -> str:
    """By whose price, where that is of another name."""
    return "" if of.price_of in ("", of.model) else f"; by the price of {of.price_of}"


def training_line(of: Training) -> str:
    if of.known:
        return "training: in the ledger already: nothing would be paid"
    what = f"{count(of.examples, 'example')}, {tokens(of.per_epoch, of.how, of.sampled)}, × {epochs(of.epochs)} epochs"
    return f"training {of.model}: {usd(of.usd)} ({what}{by_price(of)})"


def calls_line(of: Calls, mode: Mode) -> str:
    if not of.calls:
        return f"A/B, {of.side} {of.model}: 0 USD (all {of.kept} answers are kept from before)"
    what = f"{count(of.calls, 'call')}, {of.kept} kept; in {tokens(of.input_tokens, of.how, of.sampled)}; out "
    prices = f"{usd(of.batch)} in a batch, {usd(of.direct)} directly"
    prices = prices if mode == "batch" else f"{usd(of.direct)} directly, {usd(of.batch)} in a batch"
    return f"A/B, {of.side} {of.model}: {prices} ({what}{tokens(of.output_tokens, of.how, of.sampled)}{by_price(of)})"


def duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def time_line(of: Estimate) -> str:
    """Only what was measured: no provider says beforehand how long a job will wait and run."""
    calls = sum(side.calls for side in of.calls)
    asked = "nothing" if not calls else "unknown: no call to this provider was timed yet"
    if calls and of.mode == "batch":
        asked = "up to 24 h for each batch, " + ("one" if of.waves == 1 else f"at most {of.waves} one after another")
    elif calls and of.call_seconds is not None:
        asked = f"about {duration(calls * of.call_seconds)} one after another, at {of.call_seconds:.2g} s a call so far"
    return f"time: training {'nothing' if of.training.known else 'unknown'}; A/B {asked}"


def in_all(of: Estimate) -> str:
    """The whole price; what is known of it where a part is not."""
    known = [part.low for part in (of.training.usd, *(asked(side, of.mode) for side in of.calls)) if part]
    return usd(of.usd) if of.usd else f"unknown, but at least {amount(sum(known))} USD" if any(known) else "unknown"


def estimate_lines(of: Estimate) -> Sequence[str]:
    """The whole estimate, line by line."""
    limit = "no limit (submit.max_cost_usd)" if of.max_cost_usd is None else f"limit {of.max_cost_usd:g} USD"
    return [
        training_line(of.training),
        *(calls_line(side, of.mode) for side in of.calls),
        f"in all: {in_all(of)}; {limit}",
        *(f"  unknown: {name}" for name in of.unknown),
        time_line(of),
        *([f"  estimated, since the provider did not count tokens: {of.uncounted}"] if of.uncounted else []),
        *(f"  assumed: {words}" for words in of.assumed if not of.is_free),
    ]
