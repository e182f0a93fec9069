"""`play` as a user runs it: real processes, real sockets, real receivers."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
from pathlib import Path
from typing import Any

import pytest

from emulator.provider.registry import find_profile
from emulator.receiver import Replies, parse_answers
from emulator.receiver.server import Receiver
from tests.helpers.command import command, finished, started

SECRET = "demo-secret"


def receiver(answers: str = "200", provider: str = "entuitive", secret: str | None = SECRET) -> Receiver:
    return Receiver(find_profile(provider), secret, Replies(parse_answers(answers)))


def written(folder: Path, *events: dict[str, Any], name: str = "scenario", **more: Any) -> Path:
    """A scenario file; YAML reads JSON."""
    head = {"version": 1, "name": name, "provider": "entuitive", "secret": SECRET, "events": list(events)}
    path = folder / f"{name}.yaml"
    path.write_text(json.dumps(head | more))
    return path


CREATED: dict[str, Any] = {"name": "created", "type": "user.created"}


async def test_attempts_offsets_and_verdict_are_printed(tmp_path: Path) -> None:
    async with receiver("503,503,503,200") as endpoint:
        done = await command("play", written(tmp_path, CREATED), "--target", endpoint.url)
    assert done.code == 0
    offsets = [re.search(r"(\d+) +(\d+) +(\d{3}) +\d+ ms", line) for line in done.out.splitlines()]
    assert [match.groups() for match in offsets if match] == [
        ("1", "0", "503"),
        ("2", "10", "503"),
        ("3", "20", "503"),
        ("4", "30", "200"),
    ]
    assert "passed: 1 delivery (1 delivered, 0 exhausted), 4 attempts; 30 s emulated" in done.out
    assert [came.check and came.check.valid for came in endpoint.received] == [True] * 4
    assert SECRET not in done.out + done.messages


async def test_a_failed_run_is_explained_attempt_by_attempt(tmp_path: Path) -> None:
    async with receiver("500") as endpoint:
        done = await command("play", written(tmp_path, CREATED), "--target", endpoint.url)
    assert done.code == 1
    assert "failed created: expected delivered, is exhausted (500, 500, 500, 500, 500)" in done.out
    assert "attempt 5 at 130 s: 500 Internal Server Error" in done.out
    assert "was the last: exhausted" in done.out
    assert "e-mail (on record) to management.company@example.test" in done.out
    assert done.out.splitlines()[-1].startswith("failed: ")


async def test_json_holds_the_run_with_all_its_records(tmp_path: Path) -> None:
    async with receiver("503,200") as endpoint:
        done = await command("play", written(tmp_path, CREATED), "--target", endpoint.url, "--json")
    (run,) = done.runs
    assert run["run"]["verdict"] == "passed"
    assert [attempt["offset_s"] for attempt in run["attempts"]] == [0.0, 10.0]
    assert run["deliveries"][0]["explanation"] == [attempt["explanation"] for attempt in run["attempts"]]
    sent = run["attempts"][0]["request"]
    assert sent["body"].encode() == endpoint.received[0].body
    assert [tuple(pair) for pair in sent["headers"]] == list(endpoint.received[0].headers)


async def test_json_has_the_warnings_of_the_scenario(tmp_path: Path) -> None:
    slip = CREATED | {"data": {"company_nam": "Harbour Lifts Ltd"}}
    async with receiver() as endpoint:
        done = await command("play", written(tmp_path, slip), "--target", endpoint.url, "--json")
    assert done.runs[0]["run"]["warnings"] == [
        "data.company_nam is not in the sample of user.created; did you mean 'company_name'?"
    ]


async def test_of_several_files_the_worst_counts(tmp_path: Path) -> None:
    good = written(tmp_path, CREATED, name="good")
    bad = written(tmp_path, CREATED | {"expect": {"outcome": "exhausted"}}, name="bad")
    async with receiver() as endpoint:
        done = await command("play", good, bad, good, "--target", endpoint.url, "--json")
    assert done.code == 1
    assert [run["run"]["verdict"] for run in done.runs] == ["passed", "failed", "passed"]


async def test_one_wrong_file_and_nothing_is_sent(tmp_path: Path) -> None:
    good = written(tmp_path, CREATED, name="good")
    wrong = written(tmp_path, {"type": "user.craeted"}, {"typ": "user.created"}, name="wrong")
    async with receiver() as endpoint:
        done = await command("play", good, wrong, "--target", endpoint.url)
        assert not endpoint.received
    assert (done.code, done.out) == (2, "")
    lines = done.messages.splitlines()
    assert any("events[0].type: unknown event type 'user.craeted'" in line for line in lines)
    assert any("unknown key 'typ'; did you mean 'type'?" in line for line in lines)
    assert all(line.startswith(f"{wrong}:1:") for line in lines)


async def test_a_dry_run_shows_the_plan_and_sends_nothing(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        CREATED,
        {"name": "later", "type": "user.updated", "after": {"event": "created", "delay": "1m"}},
    )
    async with receiver() as endpoint:
        done = await command("play", path, "--target", endpoint.url, "--dry-run")
        assert not endpoint.received
    assert done.code == 0
    assert "created at 0 s: entuitive user.created" in done.out
    assert "later 1m after created: entuitive user.updated" in done.out
    assert done.out.count("attempts at 0, 10, 20, 30, 130 s, until one is answered with 200") == 2
    assert re.search(r"X-Entuitive-Signature: [0-9a-f]{64}\n", done.out)


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
async def test_an_interrupted_run_keeps_what_was_recorded(tmp_path: Path, sent: signal.Signals) -> None:
    came = asyncio.Event()
    endpoint = Receiver(
        find_profile("entuitive"), SECRET, Replies(parse_answers("503")), observe=lambda _: came.set()
    )
    path = written(tmp_path, CREATED, {"name": "never", "type": "user.updated", "at": "1h"})
    async with (
        endpoint,
        started("play", path, "--target", endpoint.url, "--speed", "real", "--json") as process,
    ):
        await came.wait()
        await _recorded(process)
        process.send_signal(sent)
        done = await finished(process)
    assert done.code == 130
    assert "Traceback" not in done.messages
    (run,) = done.runs
    assert (run["run"]["state"], run["run"]["verdict"]) == ("cancelled", "incomplete")
    assert [attempt["response"]["status"] for attempt in run["attempts"]] == [503]
    assert run["deliveries"][0]["state"] == "cancelled"
    assert "attempt 2 was planned at 10" in run["deliveries"][0]["explanation"][-1]


async def _recorded(process: asyncio.subprocess.Process) -> None:
    """Wait until progress says that the attempt is over and the next one is waited for."""
    assert process.stderr is not None
    while b"next at" not in await process.stderr.readline():
        pass


async def test_an_attempt_in_flight_is_cut_and_recorded_as_cancelled(tmp_path: Path) -> None:
    came = asyncio.Event()
    endpoint = Receiver(
        find_profile("entuitive"), SECRET, Replies(parse_answers("timeout")), observe=lambda _: came.set()
    )
    path = written(tmp_path, CREATED | {"profile": {"timeout": "60s"}})
    async with endpoint, started("play", path, "--target", endpoint.url, "--json") as process:
        await came.wait()
        process.send_signal(signal.SIGINT)
        done = await finished(process)
    assert done.code == 130
    (attempt,) = done.runs[0]["attempts"]
    assert attempt["error"]["kind"] == "cancelled"


async def test_manual_steps_with_enter_and_plays_on_at_the_end_of_the_input(tmp_path: Path) -> None:
    path = written(tmp_path, CREATED | {"expect": {"outcome": "exhausted"}}, speed="manual")
    async with receiver("503") as endpoint:
        done = await command("play", path, "--target", endpoint.url, "--json", stdin=b"\n\n")
    assert done.code == 0
    assert [attempt["offset_s"] for attempt in done.runs[0]["attempts"]] == [0, 10, 20, 30, 130]


async def test_it_can_wait_until_the_target_listens(tmp_path: Path) -> None:
    async with receiver() as endpoint:
        port = endpoint.port
    path = written(tmp_path, CREATED)
    async with (
        started("play", path, "--target", f"http://127.0.0.1:{port}", "--wait-target", "60s") as process,
        Receiver(find_profile("entuitive"), SECRET, port=port),
    ):
        done = await finished(process)
    assert done.code == 0


async def test_a_target_that_never_listens_is_told(tmp_path: Path) -> None:
    async with receiver() as endpoint:
        port = endpoint.port
    done = await command(
        "play", written(tmp_path, CREATED), "--target", f"http://127.0.0.1:{port}", "--wait-target", "200ms"
    )
    assert done.code == 3
    assert f"nothing listens at 127.0.0.1:{port} after 200ms; nothing was sent" in done.messages


async def test_send_sends_one_event() -> None:
    async with receiver("503,200", "compliancely") as endpoint:
        done = await command(
            *("send", "--provider", "compliancely", "--type", "tin_match", "--data", '{"irs_code": 3}'),
            *("--target", endpoint.url, "--json"),
            WEBHOOK_EMULATOR_SECRET_COMPLIANCELY=SECRET,
        )
    assert done.code == 0
    assert [attempt["offset_s"] for attempt in done.runs[0]["attempts"]] == [0, 180]
    assert json.loads(endpoint.received[0].body or b"")["irs_code"] == 3
    assert [came.check and came.check.valid for came in endpoint.received] == [True, True]


@pytest.mark.parametrize(("words", "message"), [
    (["--data", "{"], "--data: expected JSON: "),
    (["--data", "NaN"], "--data: expected JSON: NaN is no JSON number"),
    (["--type", "user.craeted"], "did you mean 'user.created'?"),
    (["--speed", "fast"], "--speed: expected real, instant, manual, or a factor such as 60x, found text 'fast'"),
    (["--secret", ""], "--secret: expected a secret, found empty text"),
    (["--allow-target", "a b"], "--allow-target: "),
    (["--ca-file", "/no/such/file"], "/no/such/file"),
])  # fmt: skip
async def test_wrong_flags_are_told_in_a_line(words: list[str], message: str) -> None:
    base = [
        "send",
        "--provider",
        "entuitive",
        "--type",
        "user.created",
        "--secret",
        "x",
        "--target",
        "http://127.0.0.1:9",
    ]
    done = await command(*base, *words)
    assert done.code == 2
    assert message in done.messages
    assert len(done.messages.splitlines()) == 1


async def test_a_forbidden_target_is_blocked_and_named(tmp_path: Path) -> None:
    path = written(
        tmp_path, CREATED | {"expect": {"outcome": "exhausted", "attempts": 1, "statuses": ["blocked"]}}
    )
    done = await command("play", path, "--target", "http://134744072/hook", "--json")
    assert done.code == 0
    (attempt,) = done.runs[0]["attempts"]
    assert attempt["error"]["kind"] == "blocked"
    assert "8.8.8.8" in attempt["error"]["message"]
    assert "--allow-public" in attempt["error"]["message"]


SEND = ("send", "-p", "entuitive", "-T", "user.created", "-t", "http://127.0.0.1:9")
PLAY = ("play", "entuitive/accepted-at-once")


@pytest.mark.parametrize(("base", "flag"), [
    (SEND, "--type"), (SEND, "--data"), (SEND, "--payload"), (SEND, "--body"), (SEND, "--target"), (SEND, "--speed"),
    (SEND, "--seed"), (PLAY, "--target"), (PLAY, "--speed"), (PLAY, "--seed"), (PLAY, "--set"),
])  # fmt: skip
async def test_a_flag_whose_bytes_are_no_text_is_named(base: tuple[str, ...], flag: str) -> None:
    done = await command(*base, flag, os.fsdecode(b'{"a": "\xff"}'))
    assert (done.code, done.messages) == (2, f"{flag}: expected text in UTF-8, found other bytes\n")


async def test_json_with_half_a_character_is_told_by_its_flag() -> None:
    done = await command(*SEND, "--data", '{"a": "\\ud800"}')
    assert (done.code, done.messages.startswith("--data: expected JSON: ")) == (2, True)


@pytest.mark.parametrize("verb", ["play", "send"])
async def test_a_secret_may_be_any_bytes(tmp_path: Path, verb: str) -> None:
    secret = os.fsdecode(b"\xff\xfe")
    words = (written(tmp_path, CREATED),) if verb == "play" else ("-p", "entuitive", "-T", "user.created")
    async with receiver(secret=secret) as endpoint:
        done = await command(verb, *words, "-t", endpoint.url, "-s", secret)
    assert done.code == 0
    assert [came.check and came.check.valid for came in endpoint.received] == [True]


async def test_a_label_which_no_run_of_the_command_line_has_is_told_before_anything_is_sent(
    tmp_path: Path,
) -> None:
    path = written(
        tmp_path,
        CREATED,
        {"type": "user.updated", "at": "1s", "data": {"company_name": "{{ run.labels.x }}"}},
    )
    async with receiver() as endpoint:
        done = await command("play", path, "--target", endpoint.url)
        assert not endpoint.received
    assert done.code == 2
    assert "events[1].data.company_name: " in done.messages
    assert (await command("validate", path, "--target", "http://localhost")).code == 0


async def test_a_file_in_the_place_of_a_built_in_provider_is_told_once(tmp_path: Path) -> None:
    (tmp_path / "providers").mkdir()
    own = tmp_path / "providers" / "entuitive.yaml"
    own.write_text("version: 1\nprovider: entuitive\naccept: [200]\nevents: {user.created: {data: {}}}\n")
    files = [written(tmp_path, CREATED, name=name) for name in ("one", "two")]
    async with receiver(secret=None) as endpoint:
        done = await command("play", *files, "--target", endpoint.url)
    assert done.code == 0
    assert done.messages == f"{own} is used instead of the built-in entuitive\n"
