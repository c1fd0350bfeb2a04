"""The domain: words, claims and the course rules."""

import pytest

from finetune.lego.check import breaches, check, critical, rule_modules
from finetune.lego.claims import bearing, claims_of
from finetune.lego.quality import INSTEAD_OF_A_LEGO
from finetune.lego.tokens import normalise, occurs, pieces, words
from finetune.records.course import NOTHING, Answered, Feeder, Lego, Seed


def seed(
    number: int,
    target: str,
    known: str,
    legos: list[Lego],
    feeders: list[Feeder] | None = None,
) -> Seed:
    return Seed("spa_for_eng", f"S{number:04}", "Spanish", "English", target, known, tuple(legos), tuple(feeders or []))


def unparsed(number: int, target: str, known: str, error: str = "not JSON") -> Answered:
    return Answered("spa_for_eng", f"S{number:04}", "Spanish", "English", target, known, (), (), error)


def base(target: str, known: str, lego_id: str = "S0001L01") -> Lego:
    return Lego(lego_id, "BASE", target, known)


TAKES_THE_TRAIN = seed(
    1, "Tomo el tren.", "I take the train.", [base("Tomo", "I take"), base("el tren", "the train", "S0001L02")]
)
GUITAR = Lego("S0001L01", "COMPOSITE", "la guitarra", "the guitar", "the guitar = la guitarra, where guitarra = guitar")
BAD: dict[str, list[Seed]] = {
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
    "missing_feeder": [seed(1, "la guitarra", "the guitar", [GUITAR])],
    "answer_not_parsed": [unparsed(1, "casa", "house")],
    "gap_in_tiling": [TAKES_THE_TRAIN, seed(2, "Tomo el tren hoy.", "I take the train today.", [])],
    "overlap_in_tiling": [seed(1, "la mesa", "the table", [base("la mesa", "the"), base("mesa", "table", "S0001L02")])],
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


@pytest.mark.parametrize("rule", sorted(BAD))
def test_a_finding_names_the_lego_at_fault_and_a_feeders_fault_is_its_parents(rule: str) -> None:
    course = BAD[rule]
    for finding in [finding for finding in check(course) if finding.rule == rule.upper()]:
        expected = {pair.owner for seed in course if seed.seed_id == finding.seed_id for pair in seed.pairs}
        assert finding.lego_id in ({""} if finding.rule in INSTEAD_OF_A_LEGO else expected - {""})


@pytest.mark.parametrize("rule", sorted(BAD))
def test_a_rule_whose_findings_are_critical_says_so_and_no_other_does(rule: str) -> None:
    found = {finding.severity for finding in check(BAD[rule]) if finding.rule == rule.upper()}
    assert ("critical" in found) == (getattr(rule_modules()[rule], "SEVERITY", "") == "critical")


@pytest.mark.parametrize("rule", sorted(BAD))
def test_breaches_are_the_critical_findings_also_after_earlier_seeds(rule: str) -> None:
    course = BAD[rule]
    assert breaches(course) == critical(check(course))
    assert breaches(course[1:], course[:1]) == [
        one for one in critical(check(course)) if one.seed_id != course[0].seed_id or one.first
    ]


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


def test_an_apostrophe_ends_a_piece_of_the_tiling() -> None:
    assert [piece.text for piece in pieces("J’essaie d'apprendre, dov'è ... 吃饭!")] == [
        *("j", "essaie", "d", "apprendre", "dov", "è", "吃", "饭")
    ]
    assert [(piece.start, piece.end) for piece in pieces("İİ b")] == [(0, 2), (3, 4)]


def gaps(*course: Seed) -> list[str]:
    """What is uncovered in the last seed of a course."""
    found = [f for f in check(course) if f.rule == "GAP_IN_TILING" and f.seed_id == course[-1].seed_id]
    return [finding.message.split(" of the ")[0].strip("'") for finding in found]


EATS = seed(1, "Quiero comer", "I want to eat", [base("Quiero", "I want"), base("comer", "to eat", "S0001L02")])
WORKS = seed(
    1,
    "Tiene que trabajar",
    "has to work",
    [Lego("S0001L01", "COMPOSITE", "Tiene que trabajar", "has to work")],
    [Feeder("F1", "Tiene que", "has to", "S0001L01"), Feeder("F2", "trabajar", "to work", "S0001L01")],
)


@pytest.mark.parametrize(
    ("course", "uncovered"),
    [
        pytest.param([EATS, seed(2, "Quiero comer.", "I want to eat.", [])], [], id="claimed pairs cover"),
        pytest.param([EATS, seed(2, "Deseo comer", "I want to eat", [])], ["I want", "Deseo"], id="another target"),
        pytest.param([WORKS, seed(2, "Tiene que trabajar", "has to work", [])], [], id="feeders claim, share a word"),
        pytest.param(
            [WORKS, seed(2, "Hay que trabajar", "one has to work", [base("Hay que", "one has to", "S0002L01")])],
            [],
            id="a claim shares a word with a LEGO",
        ),
        pytest.param(
            [
                seed(1, "tiempo", "time", [base("tiempo", "time")]),
                seed(2, "mucho tiempo", "much time", [base("mucho tiempo", "much", "S0002L01")]),
            ],
            ["time"],
            id="a claim whose target a LEGO takes does not fit",
        ),
        pytest.param(
            [EATS, seed(2, "Deseo", "I want", [base("Deseo", "I want", "L")]), seed(3, "Deseo", "I want", [])],
            ["I want", "Deseo"],
            id="a pair that broke a claim covers nothing later",
        ),
        pytest.param(
            [seed(1, "Quiero hablar hoy", "I want to speak today", [base("Quiero", "I want"), base("hoy", "today")])],
            ["to speak", "hablar"],
            id="a gap on each side",
        ),
        pytest.param(
            [seed(1, "a b c d", "x", [base("b", "x")])], ["a", "c d"], id="a run of words is one gap, two runs are two"
        ),
        pytest.param(
            [
                seed(
                    1,
                    "Creo que yo puedo",
                    "I think I can",
                    [*map(base, ("Creo que", "yo", "puedo"), ("think", "I", "can"))],
                )
            ],
            ["I"],
            id="one yo, two I",
        ),
        pytest.param(
            [
                seed(
                    1,
                    "yo creo que yo puedo",
                    "I think I can",
                    [*map(base, ("creo que", "yo", "puedo"), ("think", "I", "can"))],
                )
            ],
            [],
            id="a LEGO covers each of its places",
        ),
        pytest.param(
            [
                seed(1, "x y", "a b", [base("x y", "a b")]),
                seed(2, "x y z", "a b b", [base("z", "b", "S0002L01")]),
            ],
            [],
            id="of two places a LEGO takes the one that a claim leaves",
        ),
        pytest.param(
            [seed(1, "Conoces a Ana", "Do you know Ana", [base("conocer a", "Do you know"), base("Ana", "Ana")])],
            ["Conoces a"],
            id="a LEGO that stands on one side takes its words there",
        ),
        pytest.param(
            [seed(1, "你饿吗？", "Are you hungry", [base("你饿", "Are you hungry")])], [], id="a final particle"
        ),
        pytest.param(
            [seed(1, "吗你饿", "Are you hungry", [base("你饿", "Are you hungry")])], ["吗"], id="a particle elsewhere"
        ),
        pytest.param([unparsed(1, "casa", "house")], [], id="an answer that does not parse"),
        pytest.param(
            [unparsed(1, "casa", "house", error="")], ["house", "casa"], id="an empty answer where all is new"
        ),
        pytest.param([seed(1, "…", "?", [])], [], id="no words"),
    ],
)
def test_a_gap_is_what_neither_a_lego_nor_a_claimed_pair_that_fits_covers(
    course: list[Seed], uncovered: list[str]
) -> None:
    assert gaps(*course) == uncovered


def test_the_empty_answer_of_a_seed_in_which_nothing_is_new_has_no_finding() -> None:
    again = Answered("spa_for_eng", "S0002", "Spanish", "English", "¡Quiero comer!", "I want to eat!", (), ())
    assert check([EATS, again]) == []
    assert check([EATS, again.with_breakdown(NOTHING)]) == []


def overlaps(target: str, known: str, *legos: tuple[str, str]) -> list[str]:
    listed = [base(*lego, lego_id=f"L{number}") for number, lego in enumerate(legos, 1)]
    return [f.lego_id for f in check([seed(1, target, known, listed)]) if f.rule == "OVERLAP_IN_TILING"]


def test_an_overlap_is_both_legos_fault_on_either_side() -> None:
    assert overlaps("a b c", "x y z", ("a b", "x"), ("b c", "z")) == ["L1", "L2"]
    assert overlaps("a b c", "x y z", ("a", "x y"), ("c", "y z")) == ["L1", "L2"]
    assert overlaps("a b c", "x y z", ("a", "x"), ("a b", "x y"), ("c", "z")) == ["L1", "L2"]
    assert overlaps("a b c", "x y z", ("a b c", "x y z"), ("a", "x"), ("c", "z")) == ["L1", "L2", "L3"]
    assert overlaps("a b c", "x y z", ("a", "x"), ("b c", "y z")) == []


def test_chunks_with_several_places_overlap_only_where_no_choice_keeps_them_apart() -> None:
    assert overlaps("la mesa y la silla", "x", ("la", "?"), ("la mesa", "?")) == []
    assert overlaps("la mesa y la silla", "x", ("la", "?"), ("la mesa", "?"), ("la silla", "?")) == ["L1", "L2"]
    assert overlaps("no no", "x", ("no", "?"), ("no", "?")) == []
    assert overlaps("no no", "x", ("no", "?"), ("no", "?"), ("no", "?")) == ["L1", "L3"]
    assert overlaps("a b a c a b", "x", ("a", "?"), ("a b", "?"), ("b a", "?")) == []


def test_a_sentence_of_look_alikes_is_checked_at_once() -> None:
    assert overlaps(" ".join(["no"] * 60), "x", *[("no", "?")] * 50) == []
    assert overlaps("no no", "x", *[("no", "?")] * 500)
