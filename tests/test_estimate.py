"""The price first: tokens, prices, the calls of the A/B test, and what is said where something is not known."""

import json
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from finetune.counting import MOST, count, middle
from finetune.dataset.cost import cost, entry_of, price_of, total
from finetune.dataset.tokens import tokens_of, tokens_of_messages
from finetune.errors import FinetuneError
from finetune.estimating import cached
from finetune.providers import Provider
from finetune.providers.local import Local
from finetune.records.dataset import Message
from finetune.records.price import NONE, Price, Range
from finetune.rehearsal import Rehearsed
from finetune.spending import spent
from tests.conftest import SEEDS, TESTING, Project

PRICES = {"input: 0": "input: 2", "output: 0": "output: 8", "training: 0": "training: 10"}
SAMPLES = 2


def estimate(project: Project) -> Any:
    return json.loads(project.python("-m", "finetune", "estimate", "--json"))


def priced(project: Project) -> None:
    """Give the local model prices: 10 to train, 2 in, 8 out; in a batch, half of it."""
    for old, new in {"batch_input: 0": "batch_input: 1", "batch_output: 0": "batch_output: 4", **PRICES}.items():
        project.replace("params.yaml", f"      {old}", f"      {new}")


def test_the_estimate_holds_for_every_vocabulary_on_what_a_job_and_its_test_are_charged_for() -> None:
    from benchmarks.tokens import VOCABULARIES, counters, measure, texts

    count_by = counters()
    measured = [measure(name, text, count_by) for name, text in texts()]
    assert len(count_by) == len(VOCABULARIES) >= 12
    assert [one for one in measured if not one.holds] == []
    assert all(one.estimate.margin < 0.35 for one in measured), "and is narrow enough to say something"


def test_the_estimate_of_single_sentences_holds_for_nine_vocabularies_of_ten() -> None:
    from benchmarks.tokens import SENTENCES, VOCABULARIES, counters, measure

    count_by = counters()
    outside = sum(measure(name, text, count_by).outside for name, text in SENTENCES.items())
    assert outside <= 0.1 * len(SENTENCES) * len(VOCABULARIES)


def test_no_text_is_no_tokens_and_texts_add_up() -> None:
    assert tokens_of("") == NONE
    one, two = tokens_of("我想 learn"), tokens_of('{"known": "été"}')
    both = tokens_of('我想 learn{"known": "été"}')
    assert both.low == pytest.approx((one + two).low) and both.high == pytest.approx((one + two).high)
    assert tokens_of("\ud800").high > 0, "whatever JSON lets through"


def test_a_price_is_that_of_the_longest_name_that_the_model_s_id_begins_with() -> None:
    prices = {"claude-sonnet-4-5": Price(input=3), "claude-sonnet-4": Price(input=2), "local-extractor": Price(input=0)}
    assert price_of(prices, "claude-sonnet-4-5-20250929").input == 3
    assert price_of(prices, "claude-sonnet-4-5:org:name").input == 3
    assert price_of(prices, "local-extractor:ssi-lego-v1:7dc69866").input == 0
    assert price_of(prices, "claude-sonnet-45") == Price(), "another model, whose name begins alike"
    assert entry_of(prices, "claude-opus-5") == "claude-opus-5"


def test_an_unknown_price_is_unknown_and_never_counted_as_nothing() -> None:
    assert cost(Range(1, 2), None) is None
    assert total([Range(1, 2), None]) is None
    assert cost(Range(1e6, 2e6), 3.0) == Range(3, 6)
    assert cost(NONE, None) == NONE, "but nothing costs nothing"


class CountsWords(Local):
    """The local provider, were it one that counts tokens: a word is one."""

    def count_tokens(self, model: str, system: str, messages: Sequence[Message]) -> int:
        return len(system.split()) + sum(len(message.content.split()) for message in messages)


class WithoutAKey(Local):
    def count_tokens(self, model: str, system: str, messages: Sequence[Message]) -> int:
        raise FinetuneError(model, "no key", "set it")


def conversations(number: int) -> list[list[Message]]:
    return [[Message("system", "be brief"), Message("user", "one two three " * (at + 1))] for at in range(number)]


def test_a_provider_s_own_counter_is_used_where_it_has_one(tmp_path: Path) -> None:
    few = conversations(3)
    found = count(few, "m", CountsWords(tmp_path, tmp_path))
    assert found.how == "measured"
    assert found.tokens.low == found.tokens.high == pytest.approx(24)


def test_of_many_conversations_the_provider_counts_an_even_sample(tmp_path: Path) -> None:
    many = conversations(MOST * 7)
    words = sum(len(message.content.split()) for messages in many for message in messages)
    assert count(many, "m", CountsWords(tmp_path, tmp_path)).tokens.low == pytest.approx(words, rel=0.02)


@pytest.mark.parametrize("provider", [Local, WithoutAKey, None])
def test_without_a_counter_that_answers_tokens_are_estimated(tmp_path: Path, provider: type[Local] | None) -> None:
    found = count(conversations(3), "m", provider(tmp_path, tmp_path) if provider else None)
    assert found.how == "estimated"
    assert found.tokens == sum(map(tokens_of_messages, conversations(3)), NONE)


def test_a_prompt_that_is_cached_costs_a_tenth_at_the_low_end_and_a_quarter_more_at_the_high_one() -> None:
    provider = cast(Provider, SimpleNamespace(cache_written=1.25, cache_read=0.1))
    system, user = Message("system", "Split it. " * 900), Message("user", "I want to eat. " * 100)
    of = Rehearsed([((system, user), "a")] * 3, 0)
    share = middle(tokens_of_messages([system])) / middle(tokens_of_messages([system, user]))
    found = cached(of, provider)
    assert (found.low, found.high) == pytest.approx((1 - 0.9 * share, 1 + 0.25 * share))
    assert 0.8 < share < 1 and cached(of, None) == Range(1, 1)


def test_the_limit_has_to_be_written_and_is_told_where_it_stops_nothing_any_more(made: Project) -> None:
    made.replace("params.yaml", "  max_cost_usd: 50 #", "  # max_cost_usd: 50 #")
    assert "missing required field `max_cost_usd`" in made.python("-m", "finetune", "estimate", code=2)
    made.replace("params.yaml", "  # max_cost_usd: 50 #", "  max_cost_usd: 0 #")
    made.replace("params.yaml", "samples: 2 ", "samples: 3 ")
    made.replace("params.yaml", "      input: 0\n", "      input: 9\n")
    told = made.python("-m", "finetune", "estimate")
    assert "note: the job is there already, so that submit.max_cost_usd stops nothing" in told


def test_the_local_provider_s_price_is_nothing_and_the_limit_is_told(project: Project) -> None:
    told = project.python("-m", "finetune", "estimate")
    assert "training local-extractor: 0 USD (88 examples, " in told
    assert f"A/B, baseline local-extractor: 0 USD directly, 0 USD in a batch ({SAMPLES * SEEDS} calls, 0 kept" in told
    assert "in all: 0 USD; limit 50 USD" in told
    assert "time: training unknown; A/B unknown" in told
    assert "± " in told and " %, estimated" in told


def test_the_price_is_tokens_times_epochs_times_the_table(project: Project) -> None:
    priced(project)
    found = estimate(project)
    training, sides = found["training"], found["calls"]
    assert training["tokens"]["low"] == pytest.approx(8 * training["per_epoch"]["low"])
    assert training["tokens"]["high"] > 8 * training["per_epoch"]["high"], "the validation examples too"
    for bound in ("low", "high"):
        assert training["usd"][bound] == pytest.approx(training["tokens"][bound] * 10 / 1e6)
        for side in sides:
            asked = side["input_tokens"][bound] * 2 / 1e6 + side["output_tokens"][bound] * 8 / 1e6
            assert side["direct"][bound] == pytest.approx(asked)
            assert side["batch"][bound] == pytest.approx(asked / 2)
        in_all = training["usd"][bound] + sum(side["direct"][bound] for side in sides)
        assert found["usd"][bound] == pytest.approx(in_all)
    project.replace("params.yaml", "    epochs: 8", "    epochs: 16")
    project.replace("params.yaml", "samples: 2", "samples: 3")
    more = estimate(project)
    assert more["training"]["usd"]["high"] == pytest.approx(2 * training["usd"]["high"])
    assert [side["calls"] for side in more["calls"]] == [3 * SEEDS, 3 * SEEDS]


def test_in_batches_the_price_is_that_of_batches_and_the_time_is_days(project: Project) -> None:
    priced(project)
    direct = estimate(project)
    project.replace("params.yaml", "mode: direct", "mode: batch")
    found = estimate(project)
    sides = sum(side["batch"]["high"] for side in found["calls"])
    assert found["usd"]["high"] == pytest.approx(found["training"]["usd"]["high"] + sides)
    assert found["usd"]["high"] == pytest.approx(direct["usd"]["high"] - sides), "half of what calls cost directly"
    told = project.python("-m", "finetune", "estimate")
    assert "A/B up to 24 h for each batch, at most 30 one after another" in told
    project.replace("params.yaml", "claims: own", "claims: corrected")
    assert "A/B up to 24 h for each batch, one\n" in project.python("-m", "finetune", "estimate")
    project.replace("params.yaml", "      batch_output: 4\n", "")
    told = project.python("-m", "finetune", "estimate")
    assert "unknown: submit.prices.local-extractor.batch_output" in told and "in all: unknown" in told


def test_without_a_key_the_price_is_estimated_as_if_nothing_were_answered(project: Project) -> None:
    project.environment |= {"ANTHROPIC_API_KEY": "", "ANTHROPIC_BASE_URL": "http://127.0.0.1:9"}
    project.replace("params.yaml", "provider: local", "provider: anthropic")
    tune(project, "claude-sonnet-4-5", of="claude-sonnet-4-5")
    found = estimate(project)
    assert [(side["calls"], side["kept"], side["how"]) for side in found["calls"]] == [
        (SAMPLES * SEEDS, 0, "estimated")
    ] * 2


def test_where_the_epochs_are_not_set_a_range_is_assumed_and_said(project: Project) -> None:
    priced(project)
    project.replace("params.yaml", "        epochs: 8\n", "")
    found = estimate(project)
    assert found["training"]["epochs"] == {"low": 1, "high": 4}
    assert found["training"]["tokens"]["low"] == found["training"]["per_epoch"]["low"]
    assert "hyperparameters.epochs is not set: the provider chooses" in project.python("-m", "finetune", "estimate")


def tune(project: Project, model: str, of: str = "local-extractor") -> None:
    """Let another base model be tuned, which is then generation 0, too."""
    project.replace("params.yaml", f"base_model: {of}", f"base_model: {model}")
    project.path(TESTING / "generation-0-model-id.txt").write_text(f"{model}\n", encoding="utf-8")


def test_a_model_without_a_price_is_unknown_with_what_to_write(project: Project) -> None:
    tune(project, "gpt-9")
    told = project.python("-m", "finetune", "estimate")
    assert "training gpt-9: unknown" in told
    assert "in all: unknown; limit 50 USD" in told
    for name in ("training", "input", "output"):
        assert f"unknown: submit.prices.gpt-9.{name}" in told
    assert "`make finetune` would stop before it submits: params.yaml: submit.max_cost_usd: no price to" in told


def test_the_public_price_of_sonnet_has_calls_but_no_training(project: Project) -> None:
    tune(project, "claude-sonnet-4-5")
    found = estimate(project)
    candidate = found["calls"][1]
    assert found["training"]["usd"] is None and found["usd"] is None
    assert found["unknown"] == ["submit.prices.claude-sonnet-4-5.training"]
    direct = candidate["input_tokens"]["high"] * 3 / 1e6 + candidate["output_tokens"]["high"] * 15 / 1e6
    assert candidate["direct"]["high"] == pytest.approx(direct)
    assert candidate["batch"]["high"] == pytest.approx(direct / 2)


def test_an_estimate_above_the_limit_says_so_and_leaves_everything_as_it_was(project: Project) -> None:
    priced(project)
    project.replace("params.yaml", "max_cost_usd: 50", "max_cost_usd: 1")
    project.commit("prices")
    told = project.python("-m", "finetune", "estimate")
    assert "`make finetune` would stop before it submits: params.yaml: submit.max_cost_usd: the job and its" in told
    assert "assumed: at the high end the validation examples" in told
    assert not project.run("git", "status", "--porcelain")
    assert not project.path(".finetune").exists()


def test_what_was_answered_and_trained_before_is_not_paid_for_again(made: Project) -> None:
    priced(made)
    store = made.path(".finetune/answers.sqlite").read_bytes()
    told = made.python("-m", "finetune", "estimate")
    assert "training: in the ledger already: nothing would be paid" in told
    assert f"A/B, baseline local-extractor: 0 USD (all {SAMPLES * SEEDS} answers are kept from before)" in told
    assert "in all: 0 USD" in told and "would stop" not in told
    made.replace("params.yaml", "samples: 2", "samples: 3")
    found = estimate(made)
    assert [(side["calls"], side["kept"]) for side in found["calls"]] == [(SEEDS, 2 * SEEDS)] * 2
    assert found["call_seconds"] > 0, "timed by the run before"
    assert made.path(".finetune/answers.sqlite").read_bytes() == store


def test_a_model_that_is_to_be_trained_anew_has_no_kept_answers_but_its_baseline_has(made: Project) -> None:
    made.replace("params.yaml", "attempt: 1", "attempt: 2")
    found = estimate(made)
    baseline, candidate = found["calls"]
    assert (baseline["calls"], baseline["kept"]) == (0, 2 * SEEDS)
    assert (candidate["calls"], candidate["kept"]) == (2 * SEEDS, 0)
    assert not found["training"]["known"]


def test_what_a_run_did_cost_lies_within_what_was_estimated(project: Project, generation_one: Project) -> None:
    found = estimate(project)
    job, *calls = spent(generation_one.path("jobs"))
    assert job.input_tokens.low == pytest.approx(found["training"]["tokens"]["low"], abs=1)
    assert job.input_tokens.high == pytest.approx(found["training"]["tokens"]["high"], abs=1)
    for line, side in zip(calls, found["calls"], strict=True):
        assert line.calls == side["calls"]
        assert side["input_tokens"]["low"] < (line.input_tokens.low + line.input_tokens.high) / 2
        assert side["input_tokens"]["high"] > (line.input_tokens.low + line.input_tokens.high) / 2
