"""Has questions answered in batches, each sent exactly once: intent, request, id; taken up where a run was cut off."""

import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from finetune.answers import Answers
from finetune.errors import FinetuneError, RefusedError, UnsureError
from finetune.intents import AWAY, Intents
from finetune.providers import AnswersBatches, Asked
from finetune.records.batch import Batch, BatchState
from finetune.records.usage import Reply
from finetune.tally import Tally

AGAIN = "run `make finetune` again: it looks for the batch first, and sends another only where it is not there"


@dataclass
class Batching:
    """Batches of one provider.

    `book` gets a batch's id, a model, and what its calls were charged for, before the batch is settled: again where a
    run is cut off in between. `tell` gets what a person should know, `show` a batch at every look. `asked` counts by
    model what this run sent.
    """

    name: str
    provider: AnswersBatches
    intents: Intents
    answers: Answers
    now: Callable[[], str]
    book: Callable[[str, str, Tally], None]
    tell: Callable[[str], None]
    show: Callable[[BatchState], None]
    asked: Counter[str] = field(default_factory=Counter)

    def resume(self) -> dict[str, str]:
        """Settle the batches of runs that were cut off; those of their questions that have no answer, and why."""
        failed: dict[str, str] = {}
        for intent in self.intents.all(self.name):
            batch_id = intent.batch_id or self.look_up(intent)
            if batch_id is None:
                self.intents.forget(intent)
                continue
            self.tell(f"batch {batch_id} of an earlier run is taken up")
            failed |= self.settle(self.intents.sent(intent, batch_id))
        return failed

    def answer(self, questions: Mapping[str, Asked], waves: int) -> dict[str, str]:
        """Keep the models' answers to these; those that have none, and why. `waves` is how many batches will be asked
        one after another, at most."""
        if not questions:
            return {}
        if not self.asked:
            each = f"the first of at most {waves} batches one after another, each of which" if waves > 1 else "which"
            self.tell(f"{len(questions)} questions go in a batch, {each} may take up to 24 hours")
        self.asked.update(model for model, _ in questions.values())
        sent = [self.send(part) for part in self.provider.split(questions)]
        return {key: why for batch in sent for key, why in self.settle(batch).items()}

    def send(self, questions: Mapping[str, Asked]) -> Batch:
        """Send a batch, in one request; where its answer is lost, the batch is looked for."""
        asked = {key: model for key, (model, _) in questions.items()}
        intent = self.intents.write(Batch(self.name, self.now(), asked))
        try:
            return self.intents.sent(intent, self.provider.send_batch(questions))
        except RefusedError:
            self.intents.forget(intent)
            raise
        except UnsureError as error:
            self.tell(f"{error.where}: {error.what}")
            found = self.look_up(intent)
            if found is None:
                self.intents.forget(intent)
                raise FinetuneError(error.where, f"{error.what}; the batch is not there", AGAIN) from None
            return self.intents.sent(intent, found)

    def look_up(self, intent: Batch) -> str | None:
        """The batch that was sent for this intent; None where there is none once that is settled.

        Only its results say what a batch was asked. So one of as many requests, made since then, is waited for.
        """
        end, pause = (
            time.monotonic() + self.provider.batch_settle_seconds,
            min(self.provider.batch_settle_seconds / 10, 5.0),
        )
        self.tell(f"a batch may be on its way: looking for it for {self.provider.batch_settle_seconds:g} s")
        others = {batch.batch_id for batch in self.intents.all(self.name)}
        while True:
            for state in self.provider.batches(intent.intended_at):
                if state.batch_id not in others and state.requests == len(intent.questions):
                    others.add(state.batch_id)
                    self.tell(f"batch {state.batch_id} may be it: its results will tell")
                    self.wait(state.batch_id)
                    if any(key in intent.questions for key, _ in self.provider.replies(state.batch_id)):
                        return state.batch_id
            if time.monotonic() >= end:
                return None
            time.sleep(pause)

    def wait(self, batch_id: str) -> None:
        try:
            while not (state := self.provider.batch(batch_id)).ended:
                self.show(state)
                time.sleep(self.provider.batch_poll_seconds)
        except KeyboardInterrupt:
            self.tell(f"batch {batch_id} goes on, and is charged for: the same command takes it up")
            raise
        self.show(state)

    def settle(self, batch: Batch) -> dict[str, str]:
        """Wait for a batch, keep its answers, and have its calls booked; the questions that have no answer, and why."""
        try:
            self.wait(batch.batch_id)
            replies = self.collect(batch)
        except RefusedError as error:
            if error.status != 404:
                raise
            what = f"the provider does not have {batch.batch_id}, or not for this key ({error.what})"
            raise FinetuneError(str(self.intents.path(batch)), what, AWAY) from None
        for key, reply in replies.items():
            if not reply.failed:
                self.answers.keep(key, reply.text)
        for model in dict.fromkeys(batch.questions.values()):
            tally = Tally()
            for key in (key for key, asked in batch.questions.items() if asked == model):
                tally.add(key, replies[key].usage)
            self.book(batch.batch_id, model, tally)
        self.intents.forget(batch)
        return {key: reply.failed for key, reply in replies.items() if reply.failed}

    def collect(self, batch: Batch) -> dict[str, Reply]:
        """A reply to every question; whatever is odd about the results is told."""
        replies: dict[str, Reply] = {}
        odd: Counter[str] = Counter()
        for key, reply in self.provider.replies(batch.batch_id):
            if key not in batch.questions:
                odd["to questions that were not asked"] += 1
            elif key in replies:
                odd["to questions that had one before"] += 1
            else:
                replies[key] = reply
        missing = [key for key in batch.questions if key not in replies]
        for what, number in odd.items():
            self.tell(f"batch {batch.batch_id}: {number} results {what} are left out")
        if missing:
            self.tell(f"batch {batch.batch_id}: {len(missing)} questions have no result")
        return replies | dict.fromkeys(missing, Reply("", None, "the batch has no result for it"))
