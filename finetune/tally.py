"""Counts the calls to one model, and their tokens, from however many threads."""

import threading
from collections.abc import Sequence

from finetune.dataset.tokens import tokens_of, tokens_of_messages
from finetune.records.dataset import Message
from finetune.records.price import NONE, Range
from finetune.records.usage import Reply, Usage


class Tally:
    """`questions` are the keys of the calls that were made, `seconds` is how long they took in all.

    Tokens are those that the provider counted, else estimates of what went there and came back; `charged_input` is what
    the input counts for at the price of input tokens. `is_measured`: the provider counted those of every call.
    """

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.questions: list[str] = []
        self.open: dict[int, Range] = {}
        self.seconds, self.is_measured = 0.0, True
        self.input_tokens = self.charged_input = self.output_tokens = NONE

    @property
    def asked(self) -> int:
        return len(self.questions)

    def begin(self, question: str, messages: Sequence[Message]) -> int:
        """Count a call that is made now; its number."""
        with self.lock:
            self.questions.append(question)
            self.open[number := len(self.questions)] = tokens_of_messages(messages)
        return number

    def end(self, number: int, seconds: float, reply: Reply | None) -> None:
        """Count what came of it. One without a reply may be charged for what it sent, and for no more."""
        with self.lock:
            sent = self.open.pop(number, None)
            if sent is None:  # it was given up
                return
            self.seconds += seconds
            if reply and reply.usage:
                self.charge(reply.usage)
            else:
                self.guess(sent if reply else Range(0, sent.high), tokens_of(reply.text) if reply else NONE)

    def give_up(self) -> None:
        """Count the calls that are still under way, for which nobody waits any more."""
        for number in list(self.open):
            self.end(number, 0.0, None)

    def add(self, question: str, usage: Usage | None) -> None:
        """Count a call of a batch. One of which nobody says what it was charged for was most likely never made."""
        with self.lock:
            self.questions.append(question)
            if usage:
                self.charge(usage)
            else:
                self.guess(NONE, NONE)

    def charge(self, usage: Usage) -> None:
        self.input_tokens += Range(usage.input_tokens, usage.input_tokens)
        self.charged_input += Range(usage.charged_input, usage.charged_input)
        self.output_tokens += Range(usage.output_tokens, usage.output_tokens)

    def guess(self, sent: Range, given: Range) -> None:
        self.input_tokens += sent
        self.charged_input += sent
        self.output_tokens += given
        self.is_measured = False
