"""Measures how well tokens are estimated without a vocabulary: a dozen public ones count the same texts."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.table import Table
from splintr import AnyTokenizer, Tokenizer

from finetune.dataset.tokens import tokens_of
from finetune.files.dvc import read_paths
from finetune.files.text import read_text
from finetune.records.price import Range
from finetune.reports.program import run
from finetune.reports.screen import console
from finetune.upcoming import upcoming

VOCABULARIES = (
    *("cl100k_base", "o200k_base", "deepseek_v3", "qwen3", "glm4", "kimi_k2"),
    *("mistral_v1", "mistral_v3", "llama2", "gemma2", "gemma3", "modernbert"),
)
"""Of seven vendors, of 32,000 to 260,000 pieces; none of them is a Claude model's, which is not public."""

SENTENCES = {
    "English": "I want to learn your language, because tomorrow I am going to speak with my friends.",
    "German": "Ich möchte deine Sprache lernen, weil ich morgen mit meinen Freunden sprechen werde.",
    "Welsh": "Dw i eisiau dysgu dy iaith di, achos dw i'n mynd i siarad gyda fy ffrindiau yfory.",
    "Polish": "Chcę nauczyć się twojego języka, ponieważ jutro będę rozmawiać z moimi przyjaciółmi.",
    "Turkish": "Dilini öğrenmek istiyorum, çünkü yarın arkadaşlarımla konuşacağım.",
    "Finnish": "Haluan oppia kieltäsi, koska huomenna puhun ystävieni kanssa.",
    "Vietnamese": "Tôi muốn học ngôn ngữ của bạn, vì ngày mai tôi sẽ nói chuyện với bạn bè của tôi.",
    "Russian": "Я хочу выучить твой язык, потому что завтра я буду говорить со своими друзьями.",
    "Greek": "Θέλω να μάθω τη γλώσσα σου, γιατί αύριο θα μιλήσω με τους φίλους μου.",
    "Hebrew": "אני רוצה ללמוד את השפה שלך, כי מחר אני הולך לדבר עם החברים שלי.",
    "Arabic": "أريد أن أتعلم لغتك، لأنني سأتحدث غدا مع أصدقائي.",
    "Hindi": "मैं तुम्हारी भाषा सीखना चाहता हूँ, क्योंकि कल मैं अपने दोस्तों से बात करूँगा।",
    "Thai": "ฉันอยากเรียนภาษาของคุณ เพราะพรุ่งนี้ฉันจะคุยกับเพื่อนของฉัน",
    "Mandarin": "我想学你的语言，因为明天我要和我的朋友们说话。",
    "Japanese": "あなたの言葉を学びたいです。明日、友達と話すからです。",
    "Korean": "나는 네 언어를 배우고 싶어, 왜냐하면 내일 친구들과 이야기할 거니까.",
}
"""One sentence in languages that the sample has no course in, as far as the scripts of the world go."""


def counters() -> dict[str, Callable[[str], int]]:
    """Each vocabulary's own count."""
    return {name: counter(Tokenizer.from_pretrained(name)) for name in VOCABULARIES}


def counter(of: Tokenizer | AnyTokenizer) -> Callable[[str], int]:
    return lambda text: len(of.encode(text))


@dataclass(frozen=True)
class Measured:
    """One text's estimate beside the fewest and the most tokens that a vocabulary makes of it."""

    name: str
    estimate: Range
    fewest: int
    most: int
    outside: int

    @property
    def holds(self) -> bool:
        return self.estimate.low <= self.fewest and self.most <= self.estimate.high


def measure(name: str, text: str, count: dict[str, Callable[[str], int]]) -> Measured:
    estimate, counts = tokens_of(text), [of(text) for of in count.values()]
    outside = sum(not estimate.low <= one <= estimate.high for one in counts)
    return Measured(name, estimate, min(counts), max(counts), outside)


def texts() -> Iterator[tuple[str, str]]:
    """What a job trains on and what an A/B test sends, as the sample has them, by language."""
    paths = read_paths()
    yield "the system prompt", read_text(paths.prompt)
    by_course: dict[str, list[list[str]]] = {}
    for example in (job := upcoming(paths, Path("params.yaml"))).training + job.validation:
        said = [message.content for message in example.messages]
        by_course.setdefault(json.loads(said[0])["course"], []).append(said)
    for course, examples in sorted(by_course.items()):
        yield f"{course}: questions", "\n".join(said[0] for said in examples)
        yield f"{course}: answers", "\n".join(said[1] for said in examples)


def table(title: str, of: Sequence[Measured]) -> Table:
    shown = Table("text", title=title)
    for name in ("estimate", "margin", "fewest", "most", "outside"):
        shown.add_column(name, justify="right")
    for one in of:
        low, high = one.estimate.low, one.estimate.high
        margin = f"± {one.estimate.margin:.0%}".replace("%", " %")
        shown.add_row(
            one.name, f"{low:,.0f} to {high:,.0f}", margin, f"{one.fewest:,}", f"{one.most:,}", f"{one.outside}"
        )
    return shown


def main(argv: Sequence[str]) -> int:
    count = counters()
    ours = [measure(name, text, count) for name, text in texts()]
    others = [measure(name, text, count) for name, text in SENTENCES.items()]
    console.print(table(f"what is paid for, counted by {len(count)} vocabularies", ours))
    console.print(table("one sentence by itself, in other scripts too", others))
    for name, of in (("of what is paid for", ours), ("of single sentences", others)):
        outside = sum(one.outside for one in of)
        console.print(f"{outside} of {len(of) * len(count)} counts {name} are outside of the estimate")
    return 0


if __name__ == "__main__":
    raise SystemExit(run(main))
