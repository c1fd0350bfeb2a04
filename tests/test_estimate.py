"""The price first: tokens, prices, the calls of the A/B test, and what is said where something is not known."""

import json
import time
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Literal, cast

import msgspec
import pytest

from finetune.answers import Answers
from finetune.calling import Terms, cached, calls_of
from finetune.counting import MOST, Counter, middle
from finetune.dataset.cost import cost, entry_of, price_of, total
from finetune.dataset.tokens import tokens_of, tokens_of_messages
from finetune.errors import FinetuneError, RefusedError
from finetune.files.params import read_params
from finetune.files.truth import read_truth
from finetune.predicting import Question, Respondent, predict_course
from finetune.providers import Provider
from finetune.providers.local import Local
from finetune.records.dataset import Message
from finetune.records.params import Predict
from finetune.records.price import NONE, Price, Range
from finetune.rehearsal import Rehearsed, rehearse
from finetune.spending import spent
from tests.conftest import SEEDS, SKILL, TESTING, Project

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
    assert price_of(prices, "claude-sonnet-4-20250514").input == price_of(prices, "claude-sonnet-4-latest").input == 2
    assert price_of(prices, "claude-sonnet-4-5-20250929").input == 3
    assert price_of(prices, "claude-sonnet-4-5:org:name").input == 3
    assert price_of(prices, "local-extractor:ssi-lego-v1:7dc69866").input == 0
    assert price_of(prices, "claude-sonnet-45") == Price(), "another model, whose name begins alike"
    assert entry_of(prices, "claude-opus-5") == "claude-opus-5"
    assert entry_of(prices, "claude-opus-5:mine:", otherwise="claude-opus-5") == "claude-opus-5"


@pytest.mark.parametrize(
    ("name", "model"),
    [
        ("claude-sonnet-4", "claude-sonnet-4-5"),
        ("claude-sonnet-4", "claude-sonnet-4-5-20250929"),
        ("claude-3", "claude-3-5-sonnet"),
        ("claude-sonnet-4-5:lego", "claude-sonnet-4-5:lego-v2:1a2b3c"),
    ],
)
def test_a_version_s_number_ends_no_name_so_that_its_price_is_another_model_s(name: str, model: str) -> None:
    assert price_of({name: Price(input=2)}, model) == Price()
    assert price_of({name: Price(input=2), model[:-1]: Price(input=3)}, model) == Price(), "nor does half a name"


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


class Unreachable(CountsWords):
    """One that answers some calls, then none: whoever asks waits."""

    answers_at_once, answered, asked = 4, 0, 0

    def count_tokens(self, model: str, system: str, messages: Sequence[Message]) -> int:
        self.asked += 1
        if self.asked > self.answered:
            raise RefusedError("http://127.0.0.1:9", "cannot be reached (refused)", "check the network", passes=True)
        return super().count_tokens(model, system, messages)

    def settings(self, model: str) -> str:
        raise AssertionError("it is asked again")


def words_of(conversations: Sequence[Sequence[Message]]) -> int:
    return sum(len(message.content.split()) for messages in conversations for message in messages)


def conversations(number: int) -> list[list[Message]]:
    return [[Message("system", "be brief"), Message("user", "one two three " * (at + 1))] for at in range(number)]


def test_a_provider_s_own_counter_is_used_where_it_has_one(tmp_path: Path) -> None:
    few = conversations(3)
    found = Counter(CountsWords(tmp_path, tmp_path)).count(few, "m")
    assert found.how == "measured" and not found.sampled
    assert found.tokens.low == found.tokens.high == pytest.approx(24)


def test_of_many_conversations_the_provider_counts_an_even_sample(tmp_path: Path) -> None:
    many = conversations(MOST * 7)
    found = Counter(CountsWords(tmp_path, tmp_path)).count(many, "m")
    assert found.sampled == MOST and 0 < found.tokens.margin < 0.02, "and is not taken for exact"
    assert found.tokens.low <= words_of(many) <= found.tokens.high


def test_twice_the_error_of_a_sample_holds_what_all_would_be(tmp_path: Path) -> None:
    words = ["a", "unbelievable", "one two", "1 2 3 4", "我们 想"]
    odd = [[Message("user", f"{words[at * at % 7 % 5]} " * (at % 13 + 1))] for at in range(MOST * 5)]
    found = Counter(CountsWords(tmp_path, tmp_path)).count(odd, "m")
    assert found.tokens.low <= words_of(odd) <= found.tokens.high
    assert 0.02 < found.tokens.margin < 0.4, "wide, since estimates fit these badly"


@pytest.mark.parametrize("answered", [0, 1, 17])
def test_a_provider_that_does_not_count_once_is_asked_no_more_for_this_estimate(tmp_path: Path, answered: int) -> None:
    provider = Unreachable(tmp_path, tmp_path)
    provider.answered, counter = answered, Counter(provider)
    assert [counter.count(conversations(MOST * 2), "m").how for _ in range(6)] == ["estimated"] * 6
    assert provider.asked <= answered + (provider.answers_at_once if answered else 1)
    assert counter.is_unreachable
    assert counter.why_not == "http://127.0.0.1:9: cannot be reached (refused); check the network"


@pytest.mark.parametrize("provider", [Local, WithoutAKey, None])
def test_without_a_counter_that_answers_tokens_are_estimated(tmp_path: Path, provider: type[Local] | None) -> None:
    found = Counter(provider(tmp_path, tmp_path) if provider else None).count(conversations(3), "m")
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
    assert found["uncounted"].startswith("ANTHROPIC_API_KEY: not set; export it")
    assert [(side["calls"], side["kept"], side["how"]) for side in found["calls"]] == [
        (SAMPLES * SEEDS, 0, "estimated")
    ] * 2


def test_a_server_that_cannot_be_reached_is_waited_for_once_and_told(project: Project) -> None:
    key = "sk-nobody-may-see-this"
    project.environment |= {"ANTHROPIC_API_KEY": key, "ANTHROPIC_BASE_URL": "http://127.0.0.1:9"}
    project.replace("params.yaml", "provider: local", "provider: anthropic")
    project.replace("params.yaml", "        poll_seconds: 60", "        patience_seconds: 4\n        poll_seconds: 60")
    tune(project, "claude-sonnet-4-5", of="claude-sonnet-4-5")
    begun = time.monotonic()
    told = project.python("-m", "finetune", "estimate")
    assert time.monotonic() - begun < 12, "0.5, 1 and 2 seconds, and no more for each of eight questions"
    assert "estimated, since the provider did not count tokens: http://127.0.0.1:9: cannot be reached" in told
    assert key not in told


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


TUNED = "local-extractor:ssi-lego-v1: {input: 300, output: 900, batch_input: 150, batch_output: 450}"


def test_a_model_that_is_not_made_yet_costs_what_the_table_has_for_it_and_that_is_within_the_limit(
    project: Project,
) -> None:
    priced(project)
    before = estimate(project)["calls"]
    project.replace("params.yaml", "    local-extractor: #", f"    {TUNED}\n    local-extractor: #")
    baseline, candidate = estimate(project)["calls"]
    assert baseline == before[0]
    assert candidate["direct"]["high"] == pytest.approx(
        (candidate["input_tokens"]["high"] * 300 + candidate["output_tokens"]["high"] * 900) / 1e6
    )
    assert (candidate["model"], candidate["price_of"]) == ("local-extractor", "local-extractor:ssi-lego-v1")
    told = project.python("-m", "finetune", "estimate")
    assert "; by the price of local-extractor:ssi-lego-v1)" in told
    assert "is charged for calls by the price of local-extractor:ssi-lego-v1, and answered nothing yet" in told
    assert "would stop before it submits: params.yaml: submit.max_cost_usd: the job and its" in told
    project.replace("params.yaml", "batch_input: 150, batch_output: 450", "batch_input: 150")
    project.replace("params.yaml", "mode: direct", "mode: batch")
    assert estimate(project)["unknown"] == ["submit.prices.local-extractor:ssi-lego-v1.batch_output"]


def test_whose_price_it_is_stands_in_the_training_line_too(project: Project) -> None:
    tune(project, "local-extractor-20261001")
    told = project.python("-m", "finetune", "estimate")
    assert told.count("; by the price of local-extractor)") == 3
    assert "training local-extractor-20261001: 0 USD (88 examples, " in told


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
        assert side["output_tokens"]["low"] < (line.output_tokens.low + line.output_tokens.high) / 2
        assert side["output_tokens"]["high"] > (line.output_tokens.low + line.output_tokens.high) / 2
        assert side["input_tokens"]["low"] < (line.input_tokens.low + line.input_tokens.high) / 2
        assert side["input_tokens"]["high"] > (line.input_tokens.low + line.input_tokens.high) / 2


class Noting(Respondent):
    """Notes what it was asked, and what it said."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.noted: list[tuple[Sequence[Message], str]] = []

    def answer(self, question: Question) -> str:
        given = super().answer(question)
        self.noted.append((question.messages, given))
        return given


@pytest.mark.parametrize("claims", ["own", "corrected"])
def test_what_models_were_asked_and_said_lies_within_what_a_provider_counted_beforehand(
    generation_one: Project, claims: Literal["own", "corrected"]
) -> None:
    folder = generation_one.path(".finetune")
    truth = read_truth(generation_one.path(SKILL / "courses"), generation_one.path(SKILL / "corrections"), "latest")
    system, provider = generation_one.read(SKILL / "prompt.md"), CountsWords(folder / "local", folder)
    models = [generation_one.read(TESTING / f"generation-{number}-model-id.txt").strip() for number in (0, 1)]
    predict = msgspec.structs.replace(
        read_params(generation_one.path("params.yaml"), "predict", Predict), claims=claims
    )
    nothing = Answers.copy(folder / "no such file")
    terms = Terms({"m": Price(input=3, output=15)}, claims, provider, Counter(provider))
    sides = [Noting(provider, model, system, Answers.copy(folder / "answers.sqlite")) for model in models]
    for course in truth.courses.values():
        predict_course(course, course if claims == "corrected" else None, sides, predict.samples, lambda _: None)
    for side, rehearsed in zip(sides, rehearse(truth.courses, models, None, system, predict, nothing), strict=True):
        found = calls_of("baseline", "m", "m", rehearsed, terms)
        asked, said = words_of([one for one, _ in side.noted]), sum(len(text.split()) for _, text in side.noted)
        assert found.calls == len(side.noted) and (found.how, found.sampled) == ("measured", 39)
        assert found.input_tokens.low <= asked <= found.input_tokens.high
        assert found.output_tokens.low <= said <= found.output_tokens.high
        assert found.direct and found.direct.low <= (asked * 3 + said * 15) / 1e6 <= found.direct.high
        assert found.input_tokens.margin < 0.02 and found.output_tokens.margin < 0.3, "and says something"
