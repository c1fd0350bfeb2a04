"""No placeholder leaked into a text: undefined, null, NaN, None, [object Object], an unfilled template mark."""

from collections.abc import Iterator

from finetune.dataset.found import Problem
from finetune.dataset.samples import Sample, chat
from finetune.dataset.texts.leaks import HINTS as HINTS
from finetune.dataset.texts.leaks import leaks
from finetune.records.profile import Scope

GOOD = Sample(
    (
        chat("Is that an undefined word? None of us know."),
        chat(answer='{"componentization": null}'),
        chat("Use {curly} braces and 50% sugar."),
        chat(answer="Set it to `None`, or\n```python\nx = None\nprint(f'{{x}}', \"${HOME}\")\n```"),
        chat(answer="x = None\nlet y = undefined"),
        chat(answer="None."),
        chat(user="TODO ESTÁ BIEN", answer="What is on my TODO list? 100 % sure, 50 %d."),
        chat(user="Is \\frac{2}{{2}} one? Is ${{ secrets.KEY }} mine?", answer="An undefined object, at 0x."),
        chat("Is ${x}$ or ${\\bf x}_{i}$ one?", "~~~js\nlet a = `${b}`\n~~~"),
    )
)
BAD = Sample(
    (
        chat("**Target Language:** undefined\n**Target:** Hola."),
        chat("Target: NaN"),
        chat("Split [object Object]."),
        chat("Split {{ sentence }}."),
        chat("Split ${sentence}."),
        chat(answer='{"known_chunk": "None"}'),
        chat(answer="undefined"),
        chat("Split (null)."),
        chat("Name: undefined, age: 7"),
        chat("Hi %s, split it."),
        chat("Dear [YOUR NAME], split it for <YOUR_NAME>."),
        chat("TODO: write it."),
        chat("Dear null, the total is 7."),
        chat("Total: $NaN"),
        chat("Born: Invalid Date"),
        chat("See <__main__.Seed object at 0x7f1afd9c7e90>."),
        chat("Dear [Your Name], split {first_name}."),
        chat("Split {% sentence %}."),
        chat("Allergies: None"),
        chat("Name: undefined\r\nAge: 3"),
        chat("目标语言：undefined"),
        chat("Hola undefined, ¿qué tal?"),
        chat("你好，undefined！"),
        chat(answer='{"price": NaN, "qty": 3}'),
        chat(answer='```json\n{"price": "undefined"}\n```'),
    )
)


def check_text(text: str, scope: Scope) -> Iterator[Problem]:
    for leaked, sureness in leaks(text).items():
        right = f"{leaked!r} stands where a value should; fill it in, or take the line out"
        maybe, asked = sureness == "maybe" and not scope.lego, sureness == "prompt" and not scope.lego
        yield Problem(right, found=leaked, warns=maybe, warns_in_answer=asked)
