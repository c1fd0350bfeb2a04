"""No text has an e-mail address: it is someone's."""

import re
from collections.abc import Iterator

from finetune.dataset.found import Problem
from finetune.dataset.samples import Sample, chat
from finetune.records.profile import Scope

GOOD = Sample(
    (
        chat("Meet me @ noon, or write to info@example.com; clone git@github.com:a/b."),
        chat("Use logo@2x.png, react@18.next and A@B.transpose; connect to db://ana:word@host.name.es/x."),
        chat("Is y = W@x.data or A@x.grad? npm i types@latest.foo vue@18.rc vue@next.js; scp a ana@server.com:/home."),
        chat("I am @ana@mastodon.social, and user@host.local at home; rsync a ana@cdn.server.com:www/a."),
        chat("ssh root@server.firma.com, or write to user@domain.com, ana@acme.example or x@mail.example.org."),
    )
)
BAD = Sample(
    (
        chat("Write to maria.lopez@correo.es."),
        chat("Email:ana@firma.es"),
        chat("[Ana](mailto:ana@firma.es)"),
        chat("Write to support@firma.es."),
        chat("Write to maria@163.com."),
        chat("Write to x@ejemplo.technology: she answers."),
        chat("ana@firma.es:geheim"),
    )
)
HINTS = ("@",)
FILES = "png|jpe?g|gif|svg|webp|pdf|json|html?|css|[jt]s|next"
UNREAL = "example|local|localhost|localdomain|internal|invalid|test|lan"
CODE = "data|dot|shape|grad|mean|sum|conj|real|values|weight|bias|beta|alpha|rc|latest|foo|bar|baz"
"""What no address ends with: files, reserved names, and the attributes of a matrix or a package."""
LONG = (
    "photography|technology|international|construction|engineering|consulting|foundation|management|marketing"
    "|solutions|community|education|university|restaurant|properties|directory|enterprises|financial|accountants"
    "|apartments|associates|investments|productions|immobilien|versicherung|barcelona|amsterdam|melbourne|vlaanderen"
)
NOBODY = (
    r"(?:[\w-]+\.)*example\.|\d+(?:x\.|\.(?!(?:com|cn|net|org)\b))"
    r"|(?:your)?(?:domain|company)\.com\b|[\w-]+\.example\b"
)
ADDRESS = (
    rf"(?<![\w.+@-])(?!git@)[\w.+-]+@(?!{NOBODY})[\w-]+(?:\.[\w-]+)*"
    rf"\.(?!(?:{FILES}|{UNREAL}|{CODE})\b)(?:[a-zA-Z]{{2,8}}|{LONG})\b(?!\.\w|:[~/]|:[\w.-]+/)"
)
"""It begins where a word does: a search from each letter of a long word takes the square of its length."""
BEFORE = re.compile(r"(?:://\S*|\b(?:ssh|scp|rsync|sftp)\s(?:-\S+\s)*)\Z")
"""What makes a login of it."""
ROLE = re.compile(r"(?i:admin|contact|hello|help|info|no-?reply|office|press|sales|service|support|team)@")
"""A company's own, which may be meant."""


def check_text(text: str, scope: Scope) -> Iterator[Problem]:
    for found in re.finditer(ADDRESS, text):
        if not BEFORE.search(text, max(0, found.start() - 80), found.start()):
            said = f"an e-mail address ({found[0][:2]}…@…); write one at example.com, or take it out"
            yield Problem(said, found=found[0], warns=ROLE.match(found[0]) is not None)
