"""The structured extractor: it learns, from chat examples alone, and the same way each time."""

import json
from collections.abc import Callable

import msgspec
import pytest

from finetune import extractor
from finetune.dataset.build import build
from finetune.dataset.corrected import correct
from finetune.errors import FinetuneError
from finetune.extractor.examples import read_lesson
from finetune.extractor.fallback import worth_it
from finetune.extractor.training import fit
from finetune.files.corrections import read_corrections
from finetune.files.courses import read_courses
from finetune.lego.check import check
from finetune.records.correcting import Corrected
from finetune.records.course import Breakdown
from finetune.records.dataset import Example
from finetune.records.params import Prepare
from tests.conftest import SKILL
from tests.imports import ROOT

SETTINGS = extractor.Settings(epochs=4, regularisation=1.0, seed=1)
COURSES = correct(read_courses(ROOT / SKILL / "courses"), read_corrections(ROOT / SKILL / "corrections"))
SPANISH = {"spa_for_eng": COURSES["spa_for_eng"]}
DATASET = build(Corrected(SPANISH), "Split.", Prepare("seed", 0.25, (), "latest", "anthropic", "none"), list[bytes])


def chat(line: bytes) -> extractor.Example:
    example = msgspec.json.decode(line, type=Example)
    user, assistant = example.messages
    return extractor.Example(example.system, user.content, assistant.content)


TRAINING = [chat(line) for line in DATASET.lines["training"]]
VALIDATION = [chat(line) for line in DATASET.lines["validation"]]


def silently(_: extractor.Progress) -> None: ...


def train(report: Callable[[extractor.Progress], None] = silently) -> extractor.Weights:
    return extractor.train(TRAINING, VALIDATION, SETTINGS, report)


@pytest.fixture(scope="module")
def trained() -> extractor.Weights:
    return train()


def pairs(answer: str) -> set[tuple[str, str]]:
    return {(lego["target_chunk"], lego["known_chunk"]) for lego in json.loads(answer)["lego_pairs"]}


def f1(weights: extractor.Weights, examples: list[extractor.Example]) -> float:
    both = total = 0
    for example in examples:
        answered, right = pairs(extractor.complete(weights, example.user)), pairs(example.assistant)
        both, total = both + len(answered & right), total + len(answered) + len(right)
    return 2 * both / total


def test_it_learns_what_it_is_taught(trained: extractor.Weights) -> None:
    assert f1(trained, TRAINING) > 0.8 > 0.4 > f1(extractor.untrained(), TRAINING)


def test_what_it_learns_holds_for_sentences_that_it_never_saw(trained: extractor.Weights) -> None:
    assert f1(trained, VALIDATION) > f1(extractor.untrained(), VALIDATION)


def test_the_same_data_gives_the_same_bytes(trained: extractor.Weights) -> None:
    assert extractor.dumps(train()) == extractor.dumps(trained)


def test_weights_that_were_written_and_read_answer_alike(trained: extractor.Weights) -> None:
    again = extractor.loads(extractor.dumps(trained))
    assert [extractor.complete(again, e.user) for e in VALIDATION] == [
        extractor.complete(trained, e.user) for e in VALIDATION
    ]


@pytest.mark.parametrize("data", [b"", b"{}", b"\xff", b'{"format": "other"}'])
def test_what_are_no_weights_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="weights"):
        extractor.loads(data)


def test_every_epoch_is_reported_with_both_losses_and_then_the_check() -> None:
    told: list[extractor.Progress] = []
    train(told.append)
    training = [progress for progress in told if progress.stage == "training"]
    assert [progress.epoch for progress in training] == [1, 2, 3, 4]
    losses = [progress.loss for progress in training if progress.loss is not None]
    assert losses == sorted(losses, reverse=True) and len(losses) == 4
    assert all(progress.validation_loss for progress in training)
    assert told[-1].stage == "evaluation" and told[-1].percent == 100


def test_too_little_data_falls_back_on_the_base() -> None:
    weights = extractor.train(TRAINING[:2], [], SETTINGS, silently)
    assert weights.fell_back
    assert [extractor.complete(weights, e.user) for e in VALIDATION] == [
        extractor.complete(extractor.untrained(), e.user) for e in VALIDATION
    ]


def test_weights_that_do_worse_than_the_base_on_unseen_numbers_are_not_worth_it() -> None:
    lessons = [read_lesson(example, "example") for example in TRAINING]
    base = extractor.untrained()
    upside_down = msgspec.structs.replace(base, tiles={name: -weight for name, weight in base.tiles.items()})
    assert not worth_it(lessons, SETTINGS, lambda _: None, lambda *_: upside_down)
    assert worth_it(lessons, SETTINGS, lambda _: None, fit)


@pytest.mark.parametrize("weights", ["trained", "untrained"])
def test_an_answer_is_a_sound_breakdown_of_its_seed(weights: str, trained: extractor.Weights) -> None:
    used = trained if weights == "trained" else extractor.untrained()
    seeds = {seed.seed_id: seed for seed in COURSES["spa_for_eng"]}
    for example in VALIDATION:
        seed = seeds[json.loads(example.user)["seed_id"]]
        answer = json.loads(extractor.complete(used, example.user))
        earlier = [one for one in seeds.values() if one.number < seed.number]
        found = check([*earlier, seed.with_breakdown(convert(answer))])
        structure = [one for one in found if (one.seed_id, one.severity) == (seed.seed_id, "structure")]
        assert structure == []


def convert(answer: dict[str, object]) -> Breakdown:
    return msgspec.convert(answer, Breakdown)


def test_a_claimed_pair_is_not_listed_again(trained: extractor.Weights) -> None:
    prompt = json.loads(VALIDATION[0].user)
    listed = pairs(extractor.complete(trained, VALIDATION[0].user))
    for claim in prompt["claims"]:
        assert (claim["target_chunk"], claim["known_chunk"]) not in listed


@pytest.mark.parametrize(
    ("user", "assistant"),
    [
        ("Split this, please.", TRAINING[0].assistant),
        ('{"target": "Hola.", "known": "Hello."}', TRAINING[0].assistant),
        (TRAINING[0].user, "LEGO 1: hola = hello"),
        (TRAINING[0].user, '{"answer": []}'),
    ],
)
def test_a_schema_that_it_does_not_know_is_refused_with_the_example_at_fault(user: str, assistant: str) -> None:
    with pytest.raises(FinetuneError, match="training example 2"):
        extractor.train([TRAINING[0], extractor.Example("", user, assistant)], [], SETTINGS, silently)


@pytest.mark.parametrize(
    ("target", "known"),
    [("Hola", "Hello there my dear old friend"), ("a " * 70, "b " * 70), ("🙂 sí", "🙂 yes")],
)
def test_any_sentence_gets_an_answer(target: str, known: str, trained: extractor.Weights) -> None:
    prompt = {**json.loads(TRAINING[0].user), "target": target, "known": known, "claims": []}
    for weights in (trained, extractor.untrained()):
        assert set(json.loads(extractor.complete(weights, json.dumps(prompt)))) == {"lego_pairs", "feeder_pairs"}


def test_a_sentence_without_words_is_refused(trained: extractor.Weights) -> None:
    prompt = {**json.loads(TRAINING[0].user), "target": "。", "known": "."}
    with pytest.raises(FinetuneError, match="no words"):
        extractor.complete(trained, json.dumps(prompt))
