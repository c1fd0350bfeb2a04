"""Tell a training line's story: its seed, whose answer it was, who corrected it, and why."""

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from finetune.dataset.build import digest_of
from finetune.dataset.chats import to_chat
from finetune.dataset.examples import read_prompt
from finetune.files.corrections import read_folder
from finetune.files.dvc import read_paths
from finetune.provenance import origin_of
from finetune.records.course import Correction, Lego
from finetune.records.provenance import Origin, Provenance
from finetune.records.review import Retraction
from finetune.reports.program import say
from finetune.reports.screen import console


def main(argv: Sequence[str]) -> int:
    """Exit code 2 for a line that the provenance beside its file does not know."""
    parser = argparse.ArgumentParser(prog="finetune explain", description=__doc__)
    parser.add_argument("place", metavar="FILE:LINE", help="a line of a training or validation file")
    parser.add_argument("--json", action="store_true", help="print it as JSON")
    args = parser.parse_args(argv)
    origin, raw = origin_of(args.place)
    read = read_folder(read_paths(Path("dvc.yaml")).corrections)
    said = {line.value.id: line.value for line in read.said}
    if args.json:
        print(json.dumps(as_json(origin, raw, said, read.retracted), ensure_ascii=False))
        return 0
    say(f"{args.place} is {origin.side} line {origin.line}: {origin.course} {origin.seed_id}")
    for text in sentences(raw):
        say(f"  {text}")
    if not origin.corrections:
        console.print("nobody corrected it: the answer is as it was generated")
    for one in origin.corrections:
        say(f"{one}, an answer of generation {one.generation}")
        for text in told_of(one, said.get(one.correction)):
            say(f"  {text}")
        if retraction := read.retracted.get(one.correction):
            say(f"  retracted since, by {retraction.by}: {retraction.reason}")
    return 0


def sentences(raw: bytes) -> list[str]:
    """The seed's two sentences, and the claims that its prompt has."""
    chat = to_chat(json.loads(raw))
    asked = read_prompt(chat.last("user") if chat else "")
    claims = ", ".join(f"{one.known_chunk} = {one.target_chunk}" for one in asked.claims)
    return [f"{asked.known} / {asked.target}", f"claims: {claims or 'none'}"]


def told_of(origin: Origin, now: Correction | None) -> list[str]:
    """The story of a correction, unless it is not there any more, or is another than the line was made with."""
    if now is None:
        return ["it is among the corrections no more: its story went with it"]
    if origin.after and origin.after != digest_of(now.after):
        return ["it was changed since: what the line was made with is in Git's history of the corrections"]
    return story(now)


def story(one: Correction) -> list[str]:
    """What a correction changed, and why."""
    before, after = ({(p.known_chunk, p.target_chunk): p for p in side.lego_pairs} for side in (one.before, one.after))
    gone = ", ".join(f"{known} = {target}" for known, target in before if (known, target) not in after)
    new = ", ".join(f"{known} = {target}" for known, target in after if (known, target) not in before)
    changed = [said for pair in after if pair in before for said in differences(before[pair], after[pair])]
    told = [f"{one.error_type}: {one.reason}"]
    if gone or new or not changed:
        told.append(f"LEGOs gone: {gone or 'none'}; new: {new or 'none'}")
    told += [f"LEGO changed: {said}" for said in changed]
    feeders = [[f"{p.known_chunk} = {p.target_chunk}" for p in side.feeder_pairs] for side in (one.before, one.after)]
    gone, new = (", ".join(x for x in mine if x not in other) for mine, other in (feeders, feeders[::-1]))
    return [*told, f"feeders gone: {gone or 'none'}; new: {new or 'none'}"] if gone or new else told


def differences(before: Lego, after: Lego) -> Iterator[str]:
    """What else differs in a pair that stays."""
    pair = f"{after.known_chunk} = {after.target_chunk}"
    if before.lego_type != after.lego_type:
        yield f"{pair}, {before.lego_type} → {after.lego_type}"
    if before.componentization != after.componentization:
        yield f"{pair}, explained as {after.componentization or 'nothing'}"


def as_json(
    origin: Provenance, raw: bytes, said: Mapping[str, Correction], retracted: Mapping[str, Retraction]
) -> dict[str, object]:
    """The same story as text has it."""
    sentence, claims = sentences(raw)
    stories = [
        {
            **msgspec.to_builtins(one),
            "story": told_of(one, said.get(one.correction)),
            "retracted": msgspec.to_builtins(retracted.get(one.correction)),
        }
        for one in origin.corrections
    ]
    return {**msgspec.to_builtins(origin), "sentence": sentence, "claims": claims, "corrections": stories}
