"""Goes through all courses: side by side with a call for each answer, or seed by seed with a batch for each."""

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from queue import SimpleQueue

from finetune.batching import Batching
from finetune.errors import FinetuneError
from finetune.predicting import Respondent, Sitting
from finetune.providers import Asked
from finetune.records.result import Prediction

GRACE_SECONDS = 5.0
"""When a run is ended, calls that are under way have this long to be answered, so that their answers are kept."""


class StoppedError(Exception):
    """The run is being ended: nothing more is asked."""


class Threads:
    """Courses that threads take, one after another, and what they tell the thread that follows them."""

    def __init__(self, sittings: Sequence[Sitting], at_once: int) -> None:
        self.waiting, self.stop = deque(sittings), threading.Event()
        self.told: SimpleQueue[Prediction | BaseException | None] = SimpleQueue()
        self.threads = [threading.Thread(target=self.work, daemon=True) for _ in sittings[:at_once]]

    def run(self, done: Callable[[Prediction], None]) -> None:
        """Until all is answered. The first error of a thread, or Ctrl-C, ends them all."""
        try:
            for thread in self.threads:
                thread.start()
            self.follow(done)
        finally:
            self.stop.set()
            end = time.monotonic() + GRACE_SECONDS
            for thread in filter(threading.Thread.is_alive, self.threads):
                thread.join(max(0.0, end - time.monotonic()))

    def follow(self, done: Callable[[Prediction], None]) -> None:
        working = len(self.threads)
        while working:
            said = self.told.get()
            if isinstance(said, BaseException):
                raise said
            if said is None:
                working -= 1
            else:
                done(said)

    def work(self) -> None:
        try:
            while sitting := self.next():
                while not sitting.is_over:
                    sitting.answer(self.tell)
            self.told.put(None)
        except BaseException as error:  # whatever it is, it is raised where the threads are followed
            self.told.put(error)

    def next(self) -> Sitting | None:
        try:
            return self.waiting.popleft()
        except IndexError:
            return None

    def tell(self, prediction: Prediction) -> None:
        self.told.put(prediction)
        if self.stop.is_set():
            raise StoppedError


def answer_directly(sittings: Sequence[Sitting], at_once: int, done: Callable[[Prediction], None]) -> None:
    """Answer every course, `at_once` of them side by side; `done` is called from this thread, after each answer."""
    if at_once > 1 and len(sittings) > 1:
        Threads(sittings, at_once).run(done)
        return
    for sitting in sittings:
        while not sitting.is_over:
            sitting.answer(done)


def answer_in_batches(
    sittings: Sequence[Sitting],
    sides: Sequence[Respondent],
    batching: Batching,
    most_failed: float,
    done: Callable[[Prediction], None],
) -> None:
    """Answer every course, with a batch for all that can be asked at once: where prompts show the models' own claims
    that is a seed of every course, else it is everything.

    FinetuneError as soon as more than the part `most_failed` of a side's calls failed: then there will be no comparison
    to pay for.
    """
    failed = batching.resume()
    for side in sides:
        side.failed = failed
    most = most_failed * sum(len(sitting.course) * len(sitting.runs) for sitting in sittings)
    while ahead := [sitting for sitting in sittings if not sitting.is_over]:
        failed |= batching.answer(still_asked(ahead, sides), waves(ahead))
        for sitting in ahead:
            for _ in sitting.course[sitting.position :] if sitting.truth else (None,):
                sitting.answer(done)
        for at in range(len(sides)):
            hold([one for sitting in sittings for one in sitting.predictions[at] if one.failed], most)


def still_asked(sittings: Sequence[Sitting], sides: Sequence[Respondent]) -> dict[str, Asked]:
    """What can be asked now, by its key, and has no answer."""
    known = {question.key: question for sitting in sittings for question in sitting.known()}
    answered, failed = sides[0].answers, sides[0].failed
    return {
        key: (question.model, question.messages)
        for key, question in known.items()
        if key not in failed and answered.get(key) is None
    }


def waves(sittings: Sequence[Sitting]) -> int:
    """The batches that are answered one after another, at most."""
    return max(1 if sitting.truth else len(sitting.course) - sitting.position for sitting in sittings)


def hold(failed: Sequence[Prediction], most: float) -> None:
    if len(failed) > most:
        what = f"{len(failed)} calls failed already ({failed[0].failed}): no more batches are sent"
        fix = "run `make finetune` again: what was answered is kept; predict.most_failed is how many may be missing"
        raise FinetuneError(failed[0].model, what, fix)
