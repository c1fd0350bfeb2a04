"""The domain: words, claims and the course rules."""

import pytest

from finetune.lego.check import check, rule_modules
from finetune.lego.claims import bearing, claims_of
from finetune.lego.tokens import normalise, occurs, words
from finetune.records.course import Feeder, Lego, Seed


def seed(
    number: int,
    target: str,
    known: str,
    legos: list[Lego],
    feeders: list[Feeder] | None = None,
) -> Seed:
    return Seed("spa_for_eng", f"S{number:04}", "Spanish", "English", target, known, tuple(legos), tuple(feeders or []))


def base(target: str, known: str, lego_id: str = "S0001L01") -> Lego:
    return Lego(lego_id, "BASE", target, known)


TAKES_THE_TRAIN = seed(
    1, "Tomo el tren.", "I take the train.", [base("Tomo", "I take"), base("el tren", "the train", "S0001L02")]
)
GUITAR = Lego("S0001L01", "COMPOSITE", "la guitarra", "the guitar", "the guitar = la guitarra, where guitarra = guitar")
BAD = {
    "fd_violation_article": [seed(1, "el tren", "the train", [base("El", "the train")])],
    "fd_violation_preposition": [seed(1, "con mi madre", "with my mother", [base("con mi", "with")])],
    "fd_violation_gender": [seed(1, "su casa", "their house", [base("su", "their")])],
    "fd_violation_empty": [seed(1, "casa", "house", [base(" ", "house")])],
    "fcfs_violation": [
        seed(1, "tomar", "to take", [base("tomar", "to take")]),
        seed(2, "llevar", "To take", [base("llevar", "To take", "S0002L01")]),
    ],
    "classification_error": [seed(1, "casa", "house", [Lego("S0001L01", "FEEDER", "casa", "house")])],
    "chunk_not_in_sentence": [seed(1, "casa", "house", [base("casas", "house")])],
    "duplicate_id": [seed(1, "casa", "house", [base("casa", "house"), base("casa", "house")])],
    "orphan_feeder": [seed(1, "casa", "house", [base("casa", "house")], [Feeder("F", "casa", "house", "S0009L01")])],
    "componentization_mismatch": [
        seed(1, "la guitarra", "the guitar", [GUITAR], [Feeder("F", "la guitarra", "the guitar", "S0001L01")])
    ],
}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("I'd like to play.", ["i'd", "like", "to", "play"]),
        ("dov'è la chiave?", ["dov'è", "la", "chiave"]),
        ("我想吃点东西。", ["我", "想", "吃", "点", "东", "西"]),
        ("¿Sabes qué hora es?", ["sabes", "qué", "hora", "es"]),
        ("", []),
    ],
)
def test_words_are_words_and_chinese_characters_without_punctuation(text: str, found: list[str]) -> None:
    assert words(text) == found


def test_a_chunk_occurs_as_whole_words_one_after_another() -> None:
    sentence = words("I want to play the guitar.")
    assert occurs(words("to play"), sentence)
    assert not occurs(words("to pl"), sentence)
    assert not occurs(words("to the"), sentence)
    assert not occurs([], sentence)


def test_chunks_are_compared_lower_cased_and_stripped() -> None:
    assert normalise(" Do you know ") == "do you know"


def test_the_first_seed_claims_and_only_claims_in_the_sentence_bear_on_it() -> None:
    later = seed(2, "llevar a Ana", "to take Ana", [base("llevar", "I take")])
    claims = claims_of([TAKES_THE_TRAIN, later])
    assert claims["i take"].target_chunk == "Tomo"
    assert [claim.known_chunk for claim in bearing(claims, "May I take the bus?")] == ["I take"]


def test_every_rule_has_a_bad_example_here() -> None:
    assert set(BAD) == set(rule_modules())


@pytest.mark.parametrize("rule", sorted(BAD))
def test_a_rule_finds_what_is_wrong_and_says_what_would_be_right(rule: str) -> None:
    found = [finding for finding in check(BAD[rule]) if finding.rule == rule.upper()]
    assert found
    assert all(";" in finding.message for finding in found)
    assert found[0].seed_id == BAD[rule][-1].seed_id


def test_what_is_right_has_no_finding() -> None:
    assert check([TAKES_THE_TRAIN]) == []


def test_an_fcfs_finding_has_both_mappings_and_counts_feeders_after_legos() -> None:
    feeder = Feeder("S0001F01", "llevar", "I take", "S0001L01")
    composite = Lego("S0001L01", "COMPOSITE", "Tomo el tren", "I take", "I take = Tomo el tren, where llevar = I take")
    (finding,) = [f for f in check([seed(1, "Tomo el tren llevar", "I take", [composite], [feeder])]) if f.first]
    assert finding.first and finding.violating
    assert (finding.first.target_chunk, finding.violating.target_chunk) == ("Tomo el tren", "llevar")


@pytest.mark.parametrize(
    ("lego", "severity"),
    [
        (Lego("L", "BASE", "casa", "house", "house = casa"), "medium"),
        (Lego("L", "COMPOSITE", "casa", "house"), "low"),
        (Lego("L", "FEEDER", "casa", "house"), "high"),
    ],
)
def test_a_wrong_classification_weighs_as_the_original_weighs_it(lego: Lego, severity: str) -> None:
    (finding,) = [f for f in check([seed(1, "casa", "house", [lego])]) if f.rule == "CLASSIFICATION_ERROR"]
    assert finding.severity == severity
