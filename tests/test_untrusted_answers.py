"""What comes back is not trusted: neither its size, nor its pace, its names or its words, nor where it sends us."""

import gzip
import json
import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from finetune import credentials
from finetune.credentials import redacted
from finetune.errors import FinetuneError, NoAnswerError, RequestError, UnsureError
from finetune.providers import connect
from finetune.providers.anthropic import Anthropic, transport
from finetune.providers.anthropic.address import base_url
from finetune.providers.anthropic.explained import retry_after
from finetune.providers.anthropic.records import Dataset, FineTuning, Happened
from finetune.providers.anthropic.states import event_of, state_of
from finetune.records.dataset import Message
from finetune.records.job import DataFile, Job, JobSpec, JobState
from finetune.reports.progress import JobProgress
from tests.imports import ROOT
from tests.scripted import Asked, Scripted, reply, scripted

SECRET = "sk-ant-of-nobody/0123456789"  # noqa: S105, it opens nothing
FILE = DataFile("data/training.jsonl", "0" * 64, 32)
SPEC = JobSpec("a" * 64, "anthropic", "claude-haiku-4-5", "lego", {}, 1, FILE, DataFile("data/validation.jsonl", "", 8))
JOB = Job("ftjob_1", SPEC)
QUICK = {"patience_seconds": 0, "settle_seconds": 0.1, "poll_seconds": 0.1}
PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


@pytest.fixture(autouse=True)
def key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only this key, no .env, and no proxy of the machine that runs the tests."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ANTHROPIC_API_KEY", SECRET)
    monkeypatch.setattr(credentials, "KNOWN", set())
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def provider(url: str, monkeypatch: pytest.MonkeyPatch, **connection: object) -> Anthropic:
    monkeypatch.setenv("ANTHROPIC_BASE_URL", url)
    found = connect("anthropic", Path("store"), Path("models"), QUICK | connection)
    assert isinstance(found, Anthropic)
    return found


def job(**more: object) -> dict[str, object]:
    return {"id": "ftjob_1", "status": "training", **more}


def serving(found: object, events: object = ()) -> Callable[[Asked], bytes]:
    """Answers with this job and these events."""
    return lambda asked: reply({"data": events} if "/events" in asked.target else found)


# Its size and its pace


def drip(head: bytes, piece: bytes = b" ", pause: float = 0.05) -> Iterator[bytes]:
    yield head
    for _ in range(200):
        time.sleep(pause)
        yield piece


@pytest.mark.parametrize(
    "head",
    [b"", b"HTTP/1.1 200 So\r\nX-Slow: ", b"HTTP/1.1 200 So\r\nContent-Length: 5000\r\n\r\n"],
    ids=["from the first byte on", "in its head", "in its body"],
)
def test_an_answer_of_a_byte_at_a_time_is_cut_off_by_the_clock(head: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    with scripted(lambda _: drip(head or b"H", b"H" if not head else b"x")) as server:
        began = time.monotonic()
        with pytest.raises(UnsureError, match=r"the answer was lost \(still going on after 0.6 s\)"):
            provider(server.url, monkeypatch, timeout_seconds=0.6).get(JOB)
    assert 0.5 < time.monotonic() - began < 3


def test_a_server_that_says_nothing_but_wait_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    with scripted(lambda _: drip(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n")) as server:
        began = time.monotonic()
        with pytest.raises(UnsureError, match="still going on"):
            provider(server.url, monkeypatch, timeout_seconds=0.6).get(JOB)
    assert time.monotonic() - began < 3


def test_an_answer_in_time_is_not_cut_off_and_leaves_no_timer(monkeypatch: pytest.MonkeyPatch) -> None:
    with scripted(serving(job())) as server:
        found = provider(server.url, monkeypatch, timeout_seconds=30)
        assert found.get(JOB).status == "running"
    for timer in [thread for thread in threading.enumerate() if isinstance(thread, threading.Timer)]:
        timer.join(timeout=5)
        assert not timer.is_alive()


def test_a_body_larger_than_the_bound_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "MOST_BYTES", 3 << 20)
    sent = [0]

    def endless(_: Asked) -> Iterator[bytes]:
        yield b'HTTP/1.1 200 So\r\nConnection: close\r\n\r\n{"id": "'
        for sent[0] in range(400):
            yield b"x" * (1 << 18)

    with scripted(endless) as server, pytest.raises(UnsureError, match="more than 3 MB"):
        provider(server.url, monkeypatch).get(JOB)
    assert sent[0] < 200, "it stopped long before the hundred megabytes"


def test_what_is_packed_is_neither_asked_for_nor_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = gzip.compress(b" " * (50 << 20))
    with scripted(lambda _: reply(bomb, 200, "Content-Encoding: gzip")) as server:
        with pytest.raises(UnsureError, match="packed with gzip"):
            provider(server.url, monkeypatch).get(JOB)
        assert b"accept-encoding: identity" in server.asked[0].raw.lower()


# Its shape


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b'"succeeded"',
        b"[" * 100_000,
        b'{"id": "ftjob_1", "status": "training", "metadata": ' + b'{"a":' * 100_000 + b"1" + b"}" * 100_000 + b"}",
        b'{"id": "ftjob_1", "status": NaN}',
        b'{"id": "ftjob_1", "status": "\xff"}',
        b'{"id": null, "status": "training"}',
        b'{"id": "", "status": "training"}',
        b'{"id": "ftjob_1"}',
        b'{"id": "ftjob_1", "status": null}',
        b'{"id": "ftjob_1", "status": ""}',
        b"<!DOCTYPE html><title>Sign in</title>",
    ],
    ids=lambda body: repr(body[:40]),
)
def test_what_is_no_job_is_an_error_in_our_words(body: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    with (
        scripted(lambda _: reply(body)) as server,
        pytest.raises(UnsureError, match="not an answer of the API") as told,
    ):
        provider(server.url, monkeypatch).get(JOB)
    assert len(str(told.value)) < 800 and "\n" not in str(told.value)


@pytest.mark.parametrize(
    "wrong",
    [
        "../../etc/passwd",
        "a/b",
        "..",
        ".hidden",
        "two\nlines",
        "trailing\n",
        "nul\0",
        "-option",
        "ü",
        "a" * 10_000_000,
        7,
    ],
    ids=lambda wrong: repr(wrong)[:20],
)
def test_an_id_that_could_be_another_file_or_path_is_refused(wrong: object) -> None:
    for kind in (Dataset, FineTuning, Happened):
        with pytest.raises(msgspec.ValidationError):
            msgspec.json.decode(json.dumps({"id": wrong, "status": "x"}), type=kind)


@pytest.mark.parametrize("wrong", ["../x", "a/../../b", "a b", "a\n", "x" * 201, "-x", "a\u202eb"])
def test_a_model_id_that_leads_elsewhere_is_refused(wrong: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(json.dumps(job(fine_tuned_model=wrong)), type=FineTuning)


@pytest.mark.parametrize("absent", [None, ""])
def test_a_model_id_that_is_not_there_yet_is_none(absent: object) -> None:
    found = msgspec.json.decode(json.dumps(job(fine_tuned_model=absent)), type=FineTuning)
    assert state_of(found, [], SPEC).model_id is None


def test_our_own_id_of_a_job_goes_into_no_other_path(monkeypatch: pytest.MonkeyPatch) -> None:
    with scripted(serving(job())) as server:
        with pytest.raises(FinetuneError, match="not an id of a job"):
            provider(server.url, monkeypatch).get(Job("../../v1/messages", SPEC))
        assert server.asked == []


def test_a_base_model_with_a_path_in_it_asks_for_a_model_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    with scripted(lambda _: reply({"error": {"message": "no"}}, 404)) as server:
        assert provider(server.url, monkeypatch).ends("../files?x#y") is None
        assert server.asked[0].target == "/v1/models/..%2Ffiles%3Fx%23y"


def test_null_in_the_place_of_what_may_be_left_out_is_no_error() -> None:
    nothing = dict.fromkeys(("created_at", "base_model", "fine_tuned_model", "error", "metadata"))
    event = dict.fromkeys(("stage", "message", "progress", "metrics"))
    found = msgspec.convert(job(**nothing), FineTuning)
    happened = msgspec.convert({"id": "e1", **event}, Happened)
    assert [one.stage for one in state_of(found, [happened], SPEC).events] == ["", "training"]


@pytest.mark.parametrize(
    ("progress", "percent"),
    [("1e300", 100.0), ("-1e300", 0.0), ("99999999999999999999999", 100.0), ("0.0", 0.0), ("55.5", 55.5)],
)
def test_a_progress_of_any_size_is_a_percentage(progress: str, percent: float) -> None:
    event = msgspec.json.decode(f'{{"id": "e1", "progress": {progress}}}', type=Happened)
    assert event_of(event).percent == percent


@pytest.mark.parametrize("wrong", ["1e400", "NaN", "Infinity", "9" * 5000])
def test_a_number_that_is_none_is_an_error_in_our_words(wrong: str, monkeypatch: pytest.MonkeyPatch) -> None:
    events = f'{{"data": [{{"id": "e1", "progress": {wrong}}}]}}'.encode()
    answer = lambda asked: reply(events if "/events" in asked.target else job())  # noqa: E731
    with scripted(answer) as server, pytest.raises(UnsureError, match="not an answer of the API"):
        provider(server.url, monkeypatch).get(JOB)


# Its words


NASTY = "\x1b[2J\x1b]0;owned\x07a\rb\x00\u202e[/bold]\n[red]error: all is lost"


def shown(state: JobState, capsys: pytest.CaptureFixture[str]) -> str:
    with JobProgress("ftjob_1") as progress:
        progress.show(state)
    return capsys.readouterr().out


def test_control_characters_and_markup_reach_the_terminal_as_text(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    events = [{"id": "e1", "stage": NASTY[:40], "message": NASTY * 1000, "progress": 30}]
    with scripted(serving(job(status=NASTY), events)) as server:
        state = provider(server.url, monkeypatch).get(JOB)
    told = shown(state, capsys)
    assert "[/bold]" in told and "[red]error" in told, "rich takes no markup from it"
    for text in (told.rstrip("\n"), *(one.stage for one in state.events), *(one.message for one in state.events)):
        assert text.isprintable() and len(text) <= 600


def test_the_words_of_an_error_are_one_line_that_moves_no_cursor(monkeypatch: pytest.MonkeyPatch) -> None:
    body = {"error": {"type": "x", "message": NASTY * 1000}}
    answer = reply(body, 400, "request-id: req_1")
    with scripted(lambda _: answer) as server, pytest.raises(RequestError) as told:
        provider(server.url, monkeypatch).get(JOB)
    assert str(told.value).isprintable() and len(str(told.value)) < 1200 and "(400, req_1)" in str(told.value)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b'"x"',
        b'{"error": "words"}',
        b'{"error": {"type": [1], "message": {"a": 1}}}',
        b"[" * 100_000,
        b"\xff\xfe",
    ],
    ids=lambda body: repr(body[:30]),
)
def test_an_error_of_any_shape_is_one_of_ours(body: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    with scripted(lambda _: reply(body, 400)) as server, pytest.raises(RequestError, match="the request is wrong"):
        provider(server.url, monkeypatch).get(JOB)


@pytest.mark.parametrize(
    ("header", "least", "most"),
    [
        ("7", 7, 7),
        ("0.5", 0.5, 0.5),
        ("99999999999", 86400, 86400),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0, 0),
        ("Fri, 31 Dec 2100 23:59:59 GMT", 86400, 86400),
    ],
)
def test_how_long_to_wait_is_read_in_either_form(header: str, least: float, most: float) -> None:
    found = retry_after(header)
    assert found is not None and least <= found <= most


@pytest.mark.parametrize(
    "header", ["", "soon", "nan", "-5", "inf", "1e", "٣", "Wed, 99 Oct 2015 07:28:00 GMT", "2" * 5000 + "x"]
)
def test_how_long_to_wait_is_unknown_where_it_makes_no_sense(header: str) -> None:
    assert retry_after(header) is None


# Lists


def page(jobs: list[dict[str, object]], more: bool) -> bytes:
    return reply({"data": jobs, "has_more": more})


def of_key(number: int, **more: object) -> dict[str, object]:
    return {"id": f"ftjob_{number}", "status": "queued", "metadata": {"finetune_key": SPEC.key}} | more


@pytest.mark.parametrize(
    "jobs", [[], [{"id": "ftjob_9", "status": "queued"}]], ids=["an empty page and more", "one page again and again"]
)
def test_a_list_without_an_end_is_not_taken_for_a_whole_one(jobs: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    with scripted(lambda _: page(jobs, more=True)) as server:
        with pytest.raises(UnsureError, match="a list without an end"):
            provider(server.url, monkeypatch).find(SPEC.key)
        assert len(server.asked) <= 2


def test_a_job_that_is_listed_twice_is_not_cancelled_as_its_own_double(monkeypatch: pytest.MonkeyPatch) -> None:
    with scripted(lambda asked: page([of_key(1)], more="after_id" not in asked.target)) as server:
        assert provider(server.url, monkeypatch).find(SPEC.key) == "ftjob_1"
        assert [asked.method for asked in server.asked] == ["GET", "GET"]


def test_jobs_of_others_in_any_shape_hide_none_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    others: list[dict[str, object]] = [
        {"id": "ft:odd/id", "status": 3},
        {"id": "ftjob_8", "status": "x", "base_model": {"a": 1}},
    ]
    with scripted(lambda _: page([*others, of_key(1), *others], more=False)) as server:
        assert provider(server.url, monkeypatch).find(SPEC.key) == "ftjob_1"


def test_a_job_of_ours_that_makes_no_sense_is_not_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    with scripted(lambda _: page([of_key(1, id="../x")], more=False)) as server, pytest.raises(UnsureError):
        provider(server.url, monkeypatch).find(SPEC.key)


def test_of_jobs_of_one_moment_the_one_that_the_account_had_first_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whose id comes first by the alphabet says nothing: the other clone may have recorded the older one already."""
    moment = {"created_at": "2026-11-20T10:00:00Z"}
    newest_first = [of_key(1, **moment), of_key(2, **moment), of_key(3, created_at="2026-11-20T10:00:01Z")]
    answer = lambda asked: page(newest_first, more=False) if asked.method == "GET" else reply(of_key(1))  # noqa: E731
    with scripted(answer) as server:
        assert provider(server.url, monkeypatch).find(SPEC.key) == "ftjob_2"
        cancelled = [asked.target for asked in server.asked if asked.method == "POST"]
    assert cancelled == [f"/v1/fine-tuning/jobs/{name}/cancel" for name in ("ftjob_1", "ftjob_3")]


def test_events_that_are_sent_again_count_once(monkeypatch: pytest.MonkeyPatch) -> None:
    events = [{"id": f"e{number}", "stage": "training", "progress": number} for number in range(3)]
    with scripted(serving(job(), events)) as server:
        found = provider(server.url, monkeypatch)
        found.get(JOB)
        assert [one.percent for one in found.get(JOB).events] == [0, 1, 2]


# Where it sends us, and our key


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed_and_no_other_server_gets_the_key(status: int, monkeypatch: pytest.MonkeyPatch) -> None:
    with scripted(lambda _: reply({"id": "d_1"})) as other:
        away = reply(b"", status, f"Location: {other.url}/v1/files")
        with scripted(lambda _: away) as server:
            found = provider(server.url, monkeypatch)
            with pytest.raises(UnsureError, match=r"where our key is not sent.*set ANTHROPIC_BASE_URL"):
                found.account.upload("name", b"{}\n", None)
            assert [asked.method for asked in server.asked] == ["POST"]
        assert other.asked == []


@pytest.mark.parametrize(
    "url",
    [
        "http://api.example.com",
        "http://127.0.0.1:80@evil.example.com",
        "http://127.0.0.1.evil.example.com:80",
        "http://localhost.evil.example.com",
        "https://user:password-of-mine@api.example.com",
        "ftp://127.0.0.1",
        "127.0.0.1:8000",
        "https://",
        "https://[::1",
        "http://127.0.0.1:port",
        "https://a b.example.com",
        "https://api.example.com/?key=password-of-mine",
    ],
)
def test_an_address_that_is_none_or_takes_the_key_away_in_clear_is_refused(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(FinetuneError, match=r"^ANTHROPIC_BASE_URL: ") as told:
        provider(url, monkeypatch).get(JOB)
    assert told.value.exit_code == 2
    assert "password-of-mine" not in str(told.value)


@pytest.mark.parametrize("url", ["https://api.example.com/path", "HTTP://LOCALHOST:80", "http://[::1]:80", "", "  "])
def test_an_address_of_this_machine_or_with_https_is_taken(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_BASE_URL", url)
    assert base_url() == (url.strip() or "https://api.anthropic.com", "api" not in (url.strip() or "api"))


def test_an_address_with_a_path_and_one_of_ipv6_are_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    with scripted(serving(job()), "::1") as server:
        assert provider(f"{server.url}/behind/a/gateway/", monkeypatch).get(JOB).status == "running"
        assert server.asked[0].target == "/behind/a/gateway/v1/fine-tuning/jobs/ftjob_1"


def test_a_proxy_of_the_environment_is_used_and_sees_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    with scripted(lambda _: b"HTTP/1.1 403 Forbidden\r\n\r\n") as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        with pytest.raises(RequestError, match=r"cannot be reached.*403") as told:
            provider("https://api.example.invalid", monkeypatch).get(JOB)
        assert (proxy.asked[0].method, proxy.asked[0].target) == ("CONNECT", "api.example.invalid:443")
        assert SECRET.encode() not in proxy.asked[0].raw
    assert not isinstance(told.value, UnsureError), "nothing was sent, so nothing has to be looked for"


def test_this_machine_is_not_reached_through_a_proxy_that_would_see_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    with scripted(lambda _: reply(b"", 502)) as proxy, scripted(serving(job())) as server:
        for name in ("HTTP_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        assert provider(server.url, monkeypatch).get(JOB).status == "running"
        assert proxy.asked == []


def test_a_proxy_that_cannot_be_used_is_an_error_in_our_words(monkeypatch: pytest.MonkeyPatch) -> None:
    for wrong in ("socks5://127.0.0.1:1", "gopher://127.0.0.1:1"):
        monkeypatch.setenv("ALL_PROXY", wrong)
        with pytest.raises(FinetuneError, match="name an http or https proxy"):
            provider("https://api.example.invalid", monkeypatch).get(JOB)


def escaped(text: str) -> str:
    return "".join(f"\\u{ord(one):04X}" for one in text)


ECHOES = {
    "as it is": SECRET,
    "escaped": escaped(SECRET),
    "in part": SECRET[:9] + escaped(SECRET[9:]),
    "slash": SECRET.replace("/", "\\/"),
}


@pytest.mark.parametrize("echo", ECHOES.values(), ids=ECHOES)
def test_a_key_that_the_server_sends_back_is_in_nothing_that_we_keep_or_show(
    echo: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = f'{{"data": [{{"id": "e1", "stage": "{echo}", "message": "you sent {echo}\\n"}}]}}'
    failed = f'{{"id": "ftjob_1", "status": "failed", "error": {{"code": "{echo}", "message": "with {echo}"}}}}'
    asked = lambda one: reply((event if "/events" in one.target else failed).encode())  # noqa: E731
    with scripted(asked) as server:
        state = provider(server.url, monkeypatch).get(JOB)
    kept = msgspec.json.encode(state).decode()
    assert (
        "[redacted]" in kept and "you sent" in kept and SECRET not in kept and SECRET not in json.loads(kept)["reason"]
    )


@pytest.mark.parametrize("echo", ECHOES.values(), ids=ECHOES)
def test_a_key_is_taken_for_nobodys_id(echo: str, monkeypatch: pytest.MonkeyPatch) -> None:
    found = f'{{"id": "ftjob_1", "status": "succeeded", "fine_tuned_model": "{echo}"}}'.encode()
    with scripted(lambda _: reply(found)) as server, pytest.raises(UnsureError) as told:
        provider(server.url, monkeypatch).get(JOB)
    assert "$.fine_tuned_model" in str(told.value) and SECRET not in str(told.value)


def test_a_key_that_a_model_repeats_is_in_no_answer_even_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    pieces = [{"type": "text", "text": f"a {SECRET[:9]}"}, {"type": "text", "text": f"{SECRET[9:]} b"}]
    answer = lambda asked: reply({"content": pieces} if asked.method == "POST" else {"id": "m"})  # noqa: E731
    with scripted(answer) as server:
        found = provider(server.url, monkeypatch).complete("m", [Message("user", "what?")])
    assert found == "a [redacted] b"


@pytest.mark.parametrize("status", [400, 401, 429, 500, 200, 302])
def test_a_key_in_an_error_is_neither_raised_nor_told(status: int, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    body = f'{{"error": {{"type": "{SECRET}", "message": "x {escaped(SECRET)} y"}}}}'.encode()
    answer = reply(body, status, f"request-id: {SECRET}", f"Location: https://{SECRET}/", "Retry-After: 4")
    with scripted(lambda _: answer) as server:
        found = provider(server.url, monkeypatch)
        found.tell = told.append
        monkeypatch.setattr(time, "sleep", lambda _: None)
        for ask in (lambda: found.get(JOB), lambda: found.client.post("/v1/files", {}, Dataset)):
            with pytest.raises(RequestError) as raised:
                ask()
            assert SECRET not in str(raised.value) and SECRET not in repr(vars(raised.value))
    assert not [text for text in told if SECRET in text]


def test_a_debug_log_has_neither_the_key_nor_a_traceback_with_it(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    answer = reply(job(), 200, f"X-Echo: {SECRET}")  # which is no list of events
    with scripted(lambda _: answer) as server, pytest.raises(UnsureError):
        provider(server.url, monkeypatch).get(JOB)
    try:
        raise ValueError(f"Illegal header value {SECRET}")
    except ValueError:
        logging.getLogger("anyone").exception("with %s", SECRET)
    formatted = [logging.Formatter().format(record) for record in caplog.records]
    assert any("X-Echo" in line or "x-echo" in line for line in formatted), "headers are logged"
    assert any("Illegal header value [redacted]" in line for line in formatted)
    assert not [line for line in formatted if SECRET in line]


def test_one_secret_that_begins_another_leaves_nothing_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(credentials, "KNOWN", {"secret-01", "secret-01-and-more", "secret"})
    assert redacted("a secret-01-and-more b") == "a [redacted] b"


@pytest.mark.parametrize(
    "wrong", ["sk-ant two-words", "sk-ant\nInjected: header", 'sk-ant-"quoted"', "sk-ant\\back", "sk-ant-ü"]
)
def test_a_key_that_no_header_can_hold_is_refused_before_anything_is_sent(
    wrong: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", wrong)
    with scripted(serving(job())) as server:
        with pytest.raises(FinetuneError, match=r"^ANTHROPIC_API_KEY: it has a character that no key has") as told:
            provider(server.url, monkeypatch).get(JOB)
        assert wrong[6:] not in str(told.value) and server.asked == []


@pytest.mark.parametrize("text", [b"\xef\xbb\xbfSOME_KEY=of-the-file\r\n", b"export SOME_KEY='of-the-file' # mine\n"])
def test_a_file_from_any_editor_is_read(text: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOME_KEY", raising=False)
    Path(".env").write_bytes(text)
    assert credentials.credential("SOME_KEY") == "of-the-file"


def test_a_file_that_is_no_text_is_an_error_in_our_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOME_KEY", raising=False)
    Path(".env").write_bytes("SOME_KEY=of-the-file".encode("utf-16"))
    with pytest.raises(FinetuneError, match=r"^\.env: not UTF-8") as told:
        credentials.credential("SOME_KEY")
    assert "of-the-file" not in str(told.value)


def test_the_example_of_the_file_holds_no_key_and_git_does_not_see_the_file() -> None:
    lines = (ROOT / ".env.example").read_text("utf-8").splitlines()
    assert "ANTHROPIC_API_KEY=" in lines
    done = subprocess.run(["git", "check-ignore", ".env"], cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == 0


@pytest.mark.parametrize("where", [("connection", "api_key"), (None, "api_key"), ("hyperparameters", "api_key")])
def test_a_key_in_the_params_is_refused_unseen(where: tuple[str | None, str]) -> None:
    text = (ROOT / "params.yaml").read_text("utf-8")
    section, name = where
    line = f"      {section}:" if section else "    anthropic:"
    begin = text.index("    anthropic:")
    if section == "hyperparameters":
        old, new = "      hyperparameters: {} # the provider's own", f"      hyperparameters: {{{name}: {SECRET}}} #"
    else:
        indent = "        " if section else "      "
        old = next(one for one in text[begin:].splitlines() if one.startswith(line))
        new = f"{old}\n{indent}{name}: {SECRET}"
    text = (text[:begin] + text[begin:].replace(old, new, 1)).replace("provider: local", "provider: anthropic")
    assert SECRET in text
    Path("params.yaml").write_text(text, encoding="utf-8")
    code = """
from pathlib import Path
from finetune.errors import FinetuneError
from finetune.files.params import read_params
from finetune.providers import connect
from finetune.records.params import Submit
try:
    params = read_params(Path("params.yaml"), "submit", Submit)
    connect("anthropic", Path("store"), Path("models"), params.asking.connection)
except FinetuneError as error:
    print(error.exit_code, error)
"""
    command = [sys.executable, "-c", code]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=True)
    assert done.stdout.startswith("2 params.yaml: submit.providers.anthropic"), done.stdout + done.stderr
    assert section == "hyperparameters" or "api_key" in done.stdout
    assert SECRET not in done.stdout + done.stderr


def test_an_answer_that_is_lost_is_missing_and_the_question_is_not_sent_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def cut(asked: Asked) -> bytes:
        return reply({"id": "m"}) if asked.method == "GET" else b""

    with scripted(cut) as server:
        with pytest.raises(NoAnswerError):
            provider(server.url, monkeypatch, patience_seconds=5).complete("m", [Message("user", "what?")])
        assert [asked.method for asked in server.asked] == ["GET", "POST"]


def sent(server: Scripted) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(server.asked[-1].raw.partition(b"\r\n\r\n")[2])
    return body


@pytest.mark.parametrize("able", [True, False, None])
def test_a_schema_is_sent_only_where_the_model_takes_one_and_the_system_prompt_is_cached(
    able: bool | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = {"id": "m", "capabilities": None if able is None else {"structured_outputs": {"supported": able}}}
    answer = lambda asked: reply({"content": [{"type": "text", "text": "x"}]} if asked.method == "POST" else model)  # noqa: E731
    with scripted(answer) as server:
        asked = [Message("system", "rules"), Message("user", "what?")]
        assert provider(server.url, monkeypatch).complete("m", asked) == "x"
        body = sent(server)
    assert body["system"] == [{"type": "text", "text": "rules", "cache_control": {"type": "ephemeral"}}]
    assert ("output_config" in body) is bool(able)
    assert not set(body) & {"temperature", "top_p", "top_k"}
    if able:
        schema = body["output_config"]["format"]["schema"]
        assert "$ref" not in json.dumps(schema) and schema["additionalProperties"] is False
