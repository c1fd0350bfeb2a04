"""Tell a training line's story: its seed, whose answer it was, who corrected it, and why."""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

import msgspec

from finetune.dataset.chats import to_chat
from finetune.dataset.examples import read_prompt
from finetune.files.corrections import read_folder
from finetune.files.dvc import read_paths
from finetune.provenance import origin_of
from finetune.records.course import Correction
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
        print(json.dumps(msgspec.to_builtins(origin), ensure_ascii=False))
        return 0
    console.print(f"{args.place} is {origin.side} line {origin.line}: {origin.course} {origin.seed_id}", markup=False)
    for text in sentences(raw):
        console.print(f"  {text}", markup=False)
    if not origin.corrections:
        console.print("nobody corrected it: the answer is as it was generated")
    for one in origin.corrections:
        console.print(f"{one}, an answer of generation {one.generation}", markup=False)
        if found := said.get(one.correction):
            for text in story(found):
                console.print(f"  {text}", markup=False)
        if retraction := read.retracted.get(one.correction):
            console.print(f"  retracted since, by {retraction.by}: {retraction.reason}", markup=False)
    return 0


def sentences(raw: bytes) -> list[str]:
    """The seed's two sentences, and the claims that its prompt has."""
    chat = to_chat(json.loads(raw))
    asked = read_prompt(chat.last("user") if chat else "")
    claims = ", ".join(f"{one.known_chunk} = {one.target_chunk}" for one in asked.claims)
    return [f"{asked.known} / {asked.target}", f"claims: {claims or 'none'}"]


def story(one: Correction) -> list[str]:
    """What a correction changed, and why."""
    before, after = ({(p.known_chunk, p.target_chunk): p for p in side.lego_pairs} for side in (one.before, one.after))
    gone = ", ".join(f"{known} = {target}" for known, target in before if (known, target) not in after)
    new = ", ".join(f"{known} = {target}" for known, target in after if (known, target) not in before)
    return [f"{one.error_type}: {one.reason}", f"LEGOs gone: {gone or 'none'}; new: {new or 'none'}"]
