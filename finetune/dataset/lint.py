"""Runs the dataset rules over some lines of a file, and over what was counted in all."""

from array import array
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from functools import cache
from itertools import chain

from ahocorasick_rs import BytesAhoCorasick, Implementation
from msgspec import UNSET

from finetune.dataset.found import MOST, Counted, Files, Label, Problem, Told
from finetune.dataset.rules import rules_with
from finetune.records.dataset import Line, Side
from finetune.records.profile import Scope


def check_lines(lines: Sequence[Line], scope: Scope) -> Counted:
    """What is found in these lines of one file by themselves."""
    found = Counted(
        lines=Counter(line.side for line in lines), records=Counter(line.side for line in lines if line.chat)
    )
    said = hints_in("\n".join({id(text): text for line in lines for text in line.texts}.values()), scope.only)
    texts = texts_of(lines) if said else {}
    odd, shapes = [line for line in lines if not line.plain], by_shape(lines)
    for rule, module in rules_with("check", scope.only):
        seen = lines if getattr(module, "PLAIN", True) else odd
        if hints := getattr(module, "HINTS", ()):
            has = set(hinted(texts, said, hints))
            seen = [line for line in seen if not has.isdisjoint(line.texts)] if has else ()
        if getattr(module, "SHAPE", False):
            seen = [line for alike in shapes if any(module.check(alike[0], scope)) for line in alike]
        for line in module.suspects(seen) if hasattr(module, "suspects") else seen:
            if problems := list(module.check(line, scope)):
                add(found, rule, line, problems)
    for rule, module in rules_with("check_text", scope.only):
        wrong: dict[int, tuple[Line, list[Problem]]] = {}
        for text in hinted(texts, said, module.HINTS):
            problems = [one._replace(text=text) for one in dict.fromkeys(module.check_text(text, scope))]
            for line in texts[text] if problems else ():
                wrong.setdefault(line.number, (line, []))[1].extend(as_said(problems, text, line))
        for line, problems in wrong.values():
            add(found, rule, line, problems)
    gather(found, lines, odd, scope.only)
    return found


def as_said(problems: list[Problem], text: str, line: Line) -> list[Problem]:
    """The problems of a text: of one that the line says in answers alone, what may be meant there are warnings."""
    if not line.chat or not any(problem.warns_in_answer for problem in problems):
        return problems
    roles = {message.role for message in line.chat.messages if message.content == text}
    answered = roles == {"assistant"} and line.chat.system != text
    return [one._replace(warns=one.warns or (one.warns_in_answer and answered)) for one in problems]


def by_shape(lines: Iterable[Line]) -> list[list[Line]]:
    """The plain lines with the same roles and both with a system prompt or both without, together; the others alone."""
    shapes: dict[object, list[Line]] = {}
    for line in lines:
        shape: object = line.number
        if line.plain and (chat := line.chat):
            shape = chat.system is UNSET, *[message.role for message in chat.messages]
        shapes.setdefault(shape, []).append(line)
    return list(shapes.values())


def texts_of(lines: Sequence[Line]) -> dict[str, list[Line]]:
    """Every text that is said -> the lines that say it."""
    texts: dict[str, list[Line]] = {}
    for line in lines:
        for text in line.texts:
            if (having := texts.setdefault(text, [])) and having[-1] is line:
                continue
            having.append(line)
    return texts


@cache
def searched(only: frozenset[str]) -> tuple[BytesAhoCorasick, list[str], list[str]]:
    """The hints of the rules: what looks for the longer ones in one walk, these, and single characters."""
    modules = chain(rules_with("check", only), rules_with("check_text", only))
    hints = sorted({hint for _, module in modules for hint in getattr(module, "HINTS", ())})
    longer = [hint for hint in hints if len(hint) > 1]
    together = BytesAhoCorasick([hint.encode() for hint in longer], implementation=Implementation.DFA)
    return together, longer, [hint for hint in hints if len(hint) == 1]


def hints_in(text: str, only: frozenset[str]) -> set[str]:
    """The hints that stand in a text."""
    together, longer, single = searched(only)
    data = text.encode("utf-8", "surrogatepass")
    found = {longer[index] for index, _, _ in together.find_matches_as_indexes(data, overlapping=True)}
    return found | {hint for hint in single if hint in text}


def hinted(texts: Collection[str], said: Collection[str], hints: Sequence[str]) -> Iterable[str]:
    """The texts that have one of the hints. `said` are the hints that stand in any of them."""
    there = [hint for hint in hints if hint in said]
    return [text for text in texts if any(hint in text for hint in there)] if there else ()


def add(found: Counted, rule: str, line: Line, problems: Sequence[Problem]) -> None:
    """Add what a rule says of a line, which counts once however much that is."""
    found.rows[rule] += 1
    found.warned[rule] += all(problem.warns for problem in problems)
    for problem in problems:
        if len(found.told) < MOST or found.rows[rule] <= MOST:
            found.told.append(
                Told(line.side, line.number, rule, problem.message, column(line, problem), (), problem.warns)
            )


def column(line: Line, problem: Problem) -> int:
    if problem.column or not problem.found:
        return problem.column
    if problem.message_number:
        return line.column_in(problem.message_number, problem.found)
    return line.column(problem.found, problem.text)


def gather(found: Counted, lines: Iterable[Line], odd: Iterable[Line], only: frozenset[str]) -> None:
    """Count the labels of the lines, of which `odd` are not plain; where a rule has a text judged before, keep that."""
    for rule, module in rules_with("gather", only):
        labels, texts = found.gathered.setdefault(rule, {}), found.unjudged.setdefault(rule, {})
        for line, label, text in module.gather(lines if getattr(module, "PLAIN", True) else odd):
            key = line.side, label
            if text:
                texts.setdefault(key, []).append((line.number, text))
            else:
                labels.setdefault(key, Label()).size += 1


def judge(found: Counted, only: frozenset[str]) -> None:
    """Count the labels of the texts that were kept: all that a piece has with a label are judged together."""
    for rule, module in rules_with("judge", only):
        labels = found.gathered.setdefault(rule, {})
        for (side, label), texts in found.unjudged.pop(rule, {}).items():
            odd = module.judge(label, [text for _, text in texts])
            apart = [(number, odd[text]) for number, text in texts if text in odd]
            labels.setdefault((side, label), Label()).size += len(texts) - len(apart)
            for number, other in apart:
                labels.setdefault((side, other), Label()).join(Label(1, array("Q", [number])))


def check_files(found: Counted, sizes: dict[Side, int], scope: Scope) -> Counted:
    """What rules find in files as a whole: `sizes` are those of the files that there are, in bytes."""
    whole = Counted()
    for rule, module in rules_with("check_files", scope.only):
        files = Files(found.records, sizes, found.gathered.get(rule, {}))
        seen = {side: bytearray(found.lines[side] // 8 + 1) for side in sizes}  # a bit for each line
        for told, (side, number, message) in enumerate(module.check_files(files, scope), start=1):
            bits, bit = seen[side], 1 << number % 8
            whole.rows[rule] += not bits[number // 8] & bit
            bits[number // 8] |= bit
            if told <= MOST:
                whole.told.append(Told(side, number, rule, message))
    return whole
