"""One training example per seed: what the model is asked, and the answer that is right."""

from collections.abc import Iterable

import msgspec

from finetune.records.course import Breakdown, Claim, Pair, Seed
from finetune.records.dataset import Example, Message, Prompt, PromptClaim

ANSWER = msgspec.json.Decoder(Breakdown)
PROMPT = msgspec.json.Decoder(Prompt)


def user_text(seed: Seed, claims: Iterable[Claim | Pair]) -> str:
    """The user message: the seed pair, its languages and the claims that bear on it, as JSON."""
    prompt = Prompt(
        course=seed.course,
        seed_id=seed.seed_id,
        target_language=seed.target_language,
        known_language=seed.known_language,
        target=seed.target,
        known=seed.known,
        claims=tuple([PromptClaim(claim.known_chunk, claim.target_chunk) for claim in claims]),
    )
    return spaced(prompt)


def answer_text(breakdown: Breakdown) -> str:
    """The assistant message: the breakdown as JSON."""
    return spaced(breakdown)


def spaced(record: msgspec.Struct) -> str:
    """JSON with a space behind each comma and colon, as people write it: `json.dumps` to the letter, and faster."""
    return str(msgspec.json.format(msgspec.json.encode(record), indent=0), "utf-8")


def read_answer(text: str) -> Breakdown:
    """A model's answer as a breakdown; ValueError, in words, where it is none."""
    try:
        return ANSWER.decode(text)
    except (msgspec.DecodeError, UnicodeError) as error:
        raise ValueError(str(error)) from None


def read_prompt(text: str) -> Prompt:
    """A user message of ours; ValueError, in words, where it is none."""
    try:
        return PROMPT.decode(text)
    except (msgspec.DecodeError, UnicodeError) as error:
        raise ValueError(str(error)) from None


def example(seed: Seed, claims: Iterable[Claim | Pair], system: str) -> Example:
    return Example(
        system=system,
        messages=(
            Message("user", user_text(seed, claims)),
            Message("assistant", answer_text(seed.breakdown)),
        ),
    )
