"""What the next run asks for: a job, and the questions of its A/B test."""

import msgspec

from finetune.records.course import Courses
from finetune.records.dataset import Chat
from finetune.records.job import JobSpec


class Upcoming(msgspec.Struct, frozen=True):
    """A job, the examples of both sides, and what the A/B test asks with: the corrected courses and the prompt."""

    spec: JobSpec
    training: list[Chat]
    validation: list[Chat]
    truth: Courses
    system: str
