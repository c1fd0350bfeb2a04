"""The dataset linter's rules on texts: fences, leaks, secrets, languages, the edges of an answer; columns."""

import json
import sys
import time
from pathlib import Path

import pytest
from langcodes import find
from language_data.names import TRIES

from finetune.dataset.samples import chat, lego
from finetune.dataset.texts.edges import BLANK, SPACE
from finetune.dataset.texts.identifier import identified
from finetune.dataset.texts.languages import COMMON, WHOLE, code_of, looked_up, named, whole_of
from finetune.files.profiles import read_profile
from finetune.fixing import fix
from finetune.linting import Linted, lint
from finetune.records.profile import Scope

ANTHROPIC = read_profile("anthropic")


def linted(folder: Path, *lines: str, is_lego: bool = False) -> Linted:
    path = folder / "training.jsonl"
    path.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    return lint({"training": path}, Scope(ANTHROPIC, lego=is_lego))


def told(folder: Path, *lines: str, is_lego: bool = False) -> list[tuple[str, str]]:
    """The rule and the severity of what is found in lines."""
    return [(one.rule, one.severity) for one in linted(folder, *lines, is_lego=is_lego).findings if one.line]


TRACEBACK = '```\n  File "a.py", line 3\n    x["a"]["b"]\n    ~~~~~~^^^^^\nKeyError\n```\nAdd the key.'


@pytest.mark.parametrize(
    "answer",
    [
        TRACEBACK,
        "```\na.c:3:5: error: bad\n    foo(bar);\n    ~~~^~~~~\n```\nDone.",
        "The compiler says\n\n    foo(bar);\n    ~~~^~~~~",
        "```rst\nTitle\n~~~~~\n\nText.\n```",
        "````text\nA fence opens with\n```\nand that is all.\n````",
        '```python\nPROMPT = """\n```json\n{}\n"""\n```',
        "```markdown\n# One\n```python\nx\n```\n```",
        "~~~\n```\n~~~",
        "1. One\n   - Two\n\n     ```py\n     x\n     ```",
        "> ```\n> x\n> ```",
        "```x``` is code.",
        "```py\r\nx\r\n```\r\nDone.",
    ],
)
def test_a_code_block_that_is_closed_as_commonmark_has_it_is_whole(answer: str, tmp_path: Path) -> None:
    assert told(tmp_path, chat(answer=answer)) == []


@pytest.mark.parametrize(
    ("before", "block"),
    [
        ("Use\n", "```\nb\n~~~"),
        ("", "````\nb\n```"),
        ("```py\na\n```\nor\n", "```py\nb"),
        ("é\n", "```\na\n``` b"),
        ("- One\n\n", "      ```py\n      x"),
        ("", TRACEBACK.replace("```\nAdd", "Add")),
    ],
)
def test_a_code_block_that_is_not_closed_is_told_where_it_opens(before: str, block: str, tmp_path: Path) -> None:
    line = chat(answer=before + block)
    (found,) = [one for one in linted(tmp_path, line).findings if one.line]
    assert (found.rule, found.severity) == ("truncated-text", "error")
    assert found.column == line.index(json.dumps(before + block)) + len(json.dumps(before))


@pytest.mark.parametrize("plain", [True, False])
def test_a_column_is_right_however_the_line_spells_its_text(plain: bool, tmp_path: Path) -> None:
    """Python's json.dumps escapes all that is not ASCII."""
    text = 'El niÃ±o says "é", and\n[object Object].'
    line = json.dumps({"system": "a", "messages": json.loads(chat(text))["messages"]}, ensure_ascii=plain)
    columns = {one.rule: one.column for one in linted(tmp_path, line).findings if one.line}
    spelt = json.dumps("niÃ±", ensure_ascii=plain)[1:-1]
    assert columns == {"mojibake": line.index(spelt) + 1, "placeholder": line.index("[object") + 1}


@pytest.mark.parametrize("before", ["a \\ud83d\\ude00 then ", "C:\\\\ud83d is ", "\\uD83D\\uDE00"])
def test_half_of_a_pair_is_told_where_it_stands_and_not_at_a_whole_one_before_it(before: str, tmp_path: Path) -> None:
    line = chat("HALF").replace("HALF", before + "\\ud83d")
    (found,) = [one for one in linted(tmp_path, line).findings if one.rule == "lone-surrogate"]
    assert found.column == line.rindex("\\ud83d") + 1


@pytest.mark.parametrize(
    ("answer", "severity", "mended"),
    [
        ("\u3000\u3000春天来了。\n\u3000\u3000小鸟在唱歌。", "", ""),
        ("    return x + 1", "warning", ""),
        ("\n    x = 1\n    y = 2", "error", "    x = 1\n    y = 2"),
        ("\n\u3000春天来了。\n\u3000小鸟。\n", "error", "\u3000春天来了。\n\u3000小鸟。"),
        ("a\u200b", "error", "a"),
        ("\ufeffa", "error", "a"),
        (" a", "error", "a"),
    ],
)
def test_an_answer_s_indentation_is_left_alone_and_what_nobody_sees_is_stripped(
    answer: str, severity: str, mended: str, tmp_path: Path
) -> None:
    line = chat(answer=answer)
    assert told(tmp_path, line) == ([("answer-edge-space", severity)] if severity else [])
    assert bool(fix({"training": tmp_path / "training.jsonl"}, Scope(ANTHROPIC))["training"]) == bool(mended)
    (after,) = map(json.loads, (tmp_path / "training.jsonl").read_text("utf-8").splitlines())
    assert after["messages"][1]["content"] == (mended or answer)


def test_a_lego_answer_has_no_indentation(tmp_path: Path) -> None:
    line = json.loads(lego(("I want to eat", "Quiero comer")))
    answer = line["messages"][1]["content"]
    line["messages"][1]["content"] = f"    {answer}"
    assert ("answer-edge-space", "error") in told(tmp_path, json.dumps(line), is_lego=True)
    assert fix({"training": tmp_path / "training.jsonl"}, Scope(ANTHROPIC, lego=True))["training"] == {
        "answer-edge-space": 1
    }
    assert json.loads((tmp_path / "training.jsonl").read_text("utf-8"))["messages"][1]["content"] == answer


def test_edges_and_empty_texts_have_columns(tmp_path: Path) -> None:
    lines = chat(answer="é\n "), chat("b", "  c"), chat("d", system="\u200b"), chat("e", "\u200b")
    found = [(one.rule, one.line, one.column) for one in linted(tmp_path, *lines).findings if one.line]
    assert found == [
        ("answer-edge-space", 1, lines[0].index("\\n ") + 1),
        ("answer-edge-space", 2, lines[1].index("  c") + 1),
        ("empty-text", 3, lines[2].index('"system"') + 1),
        ("empty-text", 4, lines[3].rindex('"content"') + 1),
    ]


@pytest.mark.parametrize(
    "asked",
    [
        "Dear {{name}}, hello.",
        "Course: undefined",
        "**Course:** undefined\r\n**Target:** Hola.",
        "Target: {{ target }}",
        "{{ prompt }}",
        "Say Hello undefined!",
        "Hallo undefined, wie geht's?",
        "目标语言：undefined",
        "Born: Invalid Date",
        '{"name": "undefined"}',
    ],
)
def test_what_nobody_means_who_asks_is_an_error(asked: str, tmp_path: Path) -> None:
    assert told(tmp_path, chat(asked)) == [("placeholder", "error")]


@pytest.mark.parametrize(
    "answer",
    ["Dear {{name}}, hello.", "Hello undefined", '{"price": NaN, "qty": 3}', '{"a": undefined}', '{"a": -Infinity}'],
)
def test_what_nobody_means_in_an_answer_either_is_an_error(answer: str, tmp_path: Path) -> None:
    assert told(tmp_path, chat(answer=answer)) == [("placeholder", "error")]


@pytest.mark.parametrize(
    "answer",
    [
        "undefined",
        "NaN",
        "Slope: undefined",
        "key: null\nother: 3",
        '{"slope": "undefined"}',
        'printf("Hello, %s\\n", n)',
        'cursor.execute("SELECT * FROM t WHERE id = %s", (id,))',
        'name="a"\necho "${name}"',
        'logging.info("%(asctime)s", 1)',
        "function greet(n) {\n  return `Hello,\n${n}!`;\n}",
        "const o = {a: 1, b: undefined, d: 1};",
        "So $x={{y}}$.",
        '```json\n{"price": "[object Object]"}\n```',
        '```json\n{"price": NaN}\n```',
        'It prints "Hello undefined".',
    ],
)
def test_what_an_answer_may_mean_is_a_warning_and_an_error_in_a_lego_one(answer: str, tmp_path: Path) -> None:
    assert told(tmp_path, chat(answer=answer)) == [("placeholder", "warning")]
    assert ("placeholder", "error") in told(tmp_path, chat(answer=answer), is_lego=True)


@pytest.mark.parametrize(
    "asked",
    [
        "Why does my page show [object Object]?",
        "In Vue, why is {{ user.name }} not shown?",
        "Explain <%= @user.name %>",
        "image: null\nreplicas: 3",
    ],
)
def test_a_question_may_be_about_what_a_placeholder_looks_like(asked: str, tmp_path: Path) -> None:
    assert told(tmp_path, chat(asked)) == [("placeholder", "warning")]


@pytest.mark.parametrize(
    "answer",
    ["Hi null pointer fans.", "We have ${a}_{b}$ and ${x}$.", '{"band": "Infinity"}', "f(undefined, undefined)"],
)
def test_a_word_that_stands_for_itself_is_no_placeholder(answer: str, tmp_path: Path) -> None:
    assert told(tmp_path, chat(answer=answer)) == []


def test_a_word_that_is_asked_and_answered_is_an_error(tmp_path: Path) -> None:
    assert told(tmp_path, chat("undefined", "undefined")) == [("placeholder", "error")]


@pytest.mark.parametrize(
    "text",
    [
        '{"' + '\\"' * 50_000 + "undefined",
        "Hi " * 50_000 + "undefined",
        "{{a" * 50_000,
        "undefined\n" + "a " * 50_000,
        "- a\n" + "    ```py\n" * 20_000,
        "password" + "=" + "test" * 50_000,
        "<s>" * 50_000 + "</s>",
        "ana@" + "b." * 50_000,
    ],
    ids=["quotes", "greetings", "marks", "words", "fences", "passwords", "strokes", "domains"],
)
def test_a_long_text_of_what_nearly_is_a_finding_takes_time_by_its_length(text: str, tmp_path: Path) -> None:
    begun = time.perf_counter()
    linted(tmp_path, chat(text, text))
    assert time.perf_counter() - begun < 5, "it took minutes"


TAGALOG = (
    "Gusto kong bumili ng mansanas sa palengke kasama ang aking pamilya.",
    "Nag-aaral kami ng bagong wika kasama ang aming mga kaibigan sa paaralan.",
    "Ayaw niyang tumigil sa pakikipag-usap sa akin dahil masaya siya.",
)
SORANI = (
    "ئەمڕۆ دەمەوێت لەگەڵ خێزانەکەم سێو لە بازاڕ بکڕم.",
    "ئێمە لەگەڵ هاوڕێکانمان لە قوتابخانە فێری زمانێکی نوێ دەبین.",
    "ئەو نایەوێت لە قسەکردن لەگەڵ من بوەستێت.",
)
EGYPTIAN = (
    "أنا عايز أشتري تفاح من السوق مع عيلتي النهاردة.",
    "إحنا بنتعلم نتكلم لغة جديدة مع أصحابنا في المدرسة.",
    "هو مش عايز يبطل كلام معايا علشان هو مبسوط.",
)
SWISS = (
    "Ich wott hüt mit minere Familie Öpfel uf em Märt chaufe.",
    "Mir lerned mit öisne Fründe i de Schuel e neui Sprach.",
    "Är wott nöd ufhöre mit mir z rede.",
)
NEPALI = (
    "म आज मेरो परिवारसँग बजारबाट स्याउ किन्न चाहन्छु।",
    "हामी विद्यालयमा साथीहरूसँग नयाँ भाषा सिक्दैछौं।",
    "ऊ मसँग कुरा गर्न छोड्न चाहँदैन।",
)
ITALIAN = tuple(f"Vorrei comprare {number} mele rosse al mercato stamattina." for number in range(4))


def asked_in(stated: str, texts: tuple[str, ...]) -> list[str]:
    return [chat(f"Split.\n\n{stated}\n**Target:** {text}") for text in texts]


@pytest.mark.parametrize(
    ("language", "texts"),
    [
        ("Filipino", TAGALOG),
        ("Tagalog", TAGALOG),
        ("tl", TAGALOG),
        ("Kurdish", SORANI),
        ("Egyptian Arabic", EGYPTIAN),
        ("Swiss German", SWISS),
        ("Nepali", NEPALI),
        ("any", ITALIAN),
    ],
)
def test_a_language_is_right_by_any_of_its_names_and_where_none_can_be_told(
    language: str, texts: tuple[str, ...], tmp_path: Path
) -> None:
    found = linted(tmp_path, *asked_in(f"**Target Language:** {language}", texts))
    assert found.rows["wrong-language"] == 0


@pytest.mark.parametrize(
    "stated",
    [
        *(f"**Target Language:** {name}" for name in ("es", "spa", "es-MX", "ES", "Castellano", "Spanish (Mexico)")),
        "**Course:** spa_for_eng",
    ],
)
def test_a_language_that_a_code_or_a_course_states_is_judged_too(stated: str, tmp_path: Path) -> None:
    found = [one.message for one in linted(tmp_path, *asked_in(stated, ITALIAN)).findings if one.line]
    assert len(found) == len(ITALIAN) and all("reads as Italian" in message for message in found)


@pytest.mark.parametrize(
    ("name", "code"),
    [("so", "so"), ("Ga", "gaa"), ("Mandarin", "zh"), ("cmn", "zh"), ("und", ""), ("N/A", ""), ("a\0", "")],
)
def test_a_language_has_one_code_by_its_name_and_by_its_codes(name: str, code: str) -> None:
    assert code_of(name) == code


def test_blank_is_all_that_python_takes_for_space_besides_what_nobody_sees() -> None:
    assert "".join(filter(str.isspace, map(chr, range(sys.maxunicode + 1)))) == SPACE
    assert set(SPACE) < set(BLANK)


def test_what_is_known_of_the_identifiers_languages_is_what_langcodes_says() -> None:
    codes = identified() | set(WHOLE)
    assert {code: whole_of(code) for code in codes} == {code: looked_up(code) for code in codes}


def test_a_language_is_found_by_its_name_as_langcodes_finds_it() -> None:
    assert {name: named(name.capitalize()) for name in COMMON} == COMMON
    names = [name.capitalize() for name in TRIES["und/name_to_language"].keys()[::7]]
    found = {name: looked_up(str(find(name))) for name in names if not name.islower()}
    assert len(found) > 4000
    assert {name: code_of(name) for name in found} == found


def test_a_password_may_be_made_up_and_is_a_warning_and_a_key_is_an_error(tmp_path: Path) -> None:
    assert told(tmp_path, chat("password" + "=hunter2secret")) == [("secret", "warning")]
    assert told(tmp_path, chat('"api' + '_key": "' + "9f8a7b6c" * 4 + '"')) == [("secret", "error")]


def test_a_secret_of_a_known_form_is_told_once_whatever_its_name(tmp_path: Path) -> None:
    assert told(tmp_path, chat("OPENAI_API" + "_KEY=sk-" + "aB3x" * 10)) == [("secret", "error")]
    assert told(tmp_path, chat("aws_secret_" + "access_key: " + "a1B2" * 10)) == [("secret", "error")]
