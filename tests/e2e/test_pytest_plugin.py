"""The plugin as users have it: pytest in a process of its own, which finds it among what is installed."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Iterator

import pytest

from emulator.testing import Client
from emulator.testing.thread import EmulatorThread
from tests.helpers.command import environment, started

pytest_plugins = "pytester"

INI = """
[pytest]
filterwarnings = error
webhook_emulator_scenarios = webhooks
"""

ENDPOINT = '''
"""An endpoint whose path says what it answers, and a client that sees what is of all tests."""
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from emulator.testing import Client


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(int(self.path.strip("/")))
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture(scope="session")
def endpoint():
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def everything(webhook_emulator_url):
    return Client(webhook_emulator_url)
'''

MINE = """
version: 1
name: mine
provider: entuitive
speed: instant
secret: ${MY_SECRET}
events: [{type: user.created}]
"""

PLAIN = (
    "-q",
    "--color=no",
    *(word for name in ("cacheprovider", "timeout") for word in ("-p", f"no:{name}")),
)
SYNC = (*PLAIN, "-p", "no:asyncio", "-p", "no:aiohttp")
ASYNC = (*PLAIN, "-o", "asyncio_mode=auto", "-o", "asyncio_default_fixture_loop_scope=function")


@pytest.fixture
def inner(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A project of a user's, with an endpoint."""
    for name in set(os.environ) - set(environment()):
        monkeypatch.delenv(name)
    monkeypatch.setenv("MY_SECRET", "marker-secret-5d21")
    pytester.makeini(INI)
    pytester.makeconftest(ENDPOINT)
    (pytester.path / "webhooks").mkdir()
    (pytester.path / "webhooks" / "mine.yaml").write_text(MINE)
    return pytester


@pytest.fixture
def live() -> Iterator[Client]:
    """An emulator that runs already, with a run and an endpoint of somebody else's."""
    with EmulatorThread() as emulator:
        client = Client(emulator.url)
        client.play("entuitive/accepted-at-once", target="http://127.0.0.1:9/", secret="theirs")
        client.register("entuitive", "http://127.0.0.1:9/")
        yield client


def test_a_test_plays_finds_and_leaves_nothing_behind_in_any_order(inner: pytest.Pytester) -> None:
    inner.makepyfile(
        """
        import json
        import urllib.request

        import pytest


        @pytest.fixture(autouse=True)
        def nothing_is_left(everything):
            assert list(everything.runs()) == []
            assert list(everything.endpoints()) == []


        @pytest.mark.parametrize("number", range(3))
        def test_plays(webhook_emulator, endpoint, number):
            run = webhook_emulator.play("entuitive/accepted-at-once", target=f"{endpoint}/200", secret="s")
            assert run.passed, run.explain()
            assert webhook_emulator.verify({"status": 200}, count=1)


        def test_plays_a_scenario_of_its_own_folder(webhook_emulator, endpoint):
            assert webhook_emulator.play("mine", target=f"{endpoint}/200").passed


        def test_sets_a_variable_for_a_scenario(webhook_emulator, endpoint, monkeypatch):
            monkeypatch.setenv("MY_SECRET", "another")
            assert webhook_emulator.play("mine", target=f"{endpoint}/200").passed


        def test_leaves_an_endpoint(webhook_emulator, endpoint):
            webhook_emulator.register("entuitive", f"{endpoint}/200")


        def test_removes_an_endpoint(webhook_emulator, endpoint):
            webhook_emulator.unregister(webhook_emulator.register("entuitive", f"{endpoint}/200"))


        def test_leaves_a_run_that_goes_on(webhook_emulator, endpoint):
            run = webhook_emulator.play("mine", target=f"{endpoint}/503", speed="real", wait=None)
            assert run.state == "running"


        def test_calls_the_provider(webhook_emulator):
            run = webhook_emulator.play("compliancely/api-one-account", secret="s")
            api = webhook_emulator.provider_url("compliancely", run)
            request = urllib.request.Request(
                f"{api}/api/v1/submissions/",
                json.dumps({"name": "Larkspur Tool Hire", "tin": "900000006"}).encode(),
                {"Authorization": "Token demo-token", "Content-Type": "application/json"},
            )
            with urllib.request.urlopen(request) as answer:
                assert answer.status == 201
            (call,) = webhook_emulator.requests()
            assert call.run == run.id


        @pytest.mark.parametrize("labels", [{"test": "mine"}, {"test_id": "mine"}])
        def test_says_labels_of_its_own(webhook_emulator, endpoint, labels):
            run = webhook_emulator.play("mine", target=f"{endpoint}/200", labels=labels)
            assert run.labels == {**webhook_emulator.labels, "test": labels.get("test", run.labels["test"])}
            assert [each.id for each in webhook_emulator.runs()] == [run.id]
            assert [each.run for each in webhook_emulator.attempts()] == [run.id]
            assert webhook_emulator.verify({"status": 200}, count=1)


        def test_is_labelled(webhook_emulator, request):
            assert webhook_emulator.labels["test"] == request.node.nodeid
        """
    )
    result = inner.runpytest_subprocess(*SYNC)
    result.assert_outcomes(passed=12)


def test_the_application_may_run_on_the_event_loop_of_the_test(inner: pytest.Pytester) -> None:
    inner.makepyfile(
        """
        from aiohttp import web


        async def test_own_loop(webhook_emulator, webhook_emulator_async, aiohttp_server, everything):
            async def webhook(request):
                return web.Response(status=200)

            app = web.Application()
            app.router.add_post("/", webhook)
            target = str((await aiohttp_server(app)).make_url("/"))
            run = await webhook_emulator_async.play("mine", target=target)
            assert run.passed, run.explain()
            await webhook_emulator_async.register("entuitive", target)
            assert [each.id for each in webhook_emulator.runs()] == [run.id]


        async def test_nothing_is_left(webhook_emulator_async, everything):
            assert list(everything.runs()) == []
            assert list(everything.endpoints()) == []
        """
    )
    result = inner.runpytest_subprocess(*ASYNC, "-p", "no:randomly")
    result.assert_outcomes(passed=2)


def test_parallel_workers_do_not_meet_on_one_emulator(inner: pytest.Pytester, live: Client) -> None:
    theirs = [run.id for run in live.runs()], [each.id for each in live.endpoints()]
    inner.makepyfile(
        """
        import pytest


        @pytest.mark.parametrize("number", [1] * 12)
        def test_counts_its_own(webhook_emulator, endpoint, number):
            for _ in range(3):
                webhook_emulator.play("entuitive/accepted-at-once", target=f"{endpoint}/200", secret="s")
                assert webhook_emulator.verify({"event_name": "created"}, count=1)
                assert len(list(webhook_emulator.attempts())) == 1
                assert webhook_emulator.reset().runs == 1
        """
    )
    result = inner.runpytest_subprocess(*SYNC, "-n", "2", "--webhook-emulator-url", live.url)
    result.assert_outcomes(passed=12)
    assert ([run.id for run in live.runs()], [each.id for each in live.endpoints()]) == theirs


def test_a_failed_test_shows_what_became_of_its_webhooks(inner: pytest.Pytester) -> None:
    inner.makepyfile(
        """
        def test_refuses(webhook_emulator, endpoint):
            assert webhook_emulator.play("mine", target=f"{endpoint}/503").passed


        async def test_refuses_async(webhook_emulator_async, endpoint):
            assert (await webhook_emulator_async.play("mine", target=f"{endpoint}/404")).passed


        def test_starts_nothing(webhook_emulator):
            assert not webhook_emulator.url


        def test_passes(webhook_emulator, endpoint):
            assert webhook_emulator.play("mine", target=f"{endpoint}/200").passed
        """
    )
    result = inner.runpytest_subprocess(*ASYNC, "-rP", "-p", "no:randomly")
    result.assert_outcomes(passed=1, failed=3)
    said = result.stdout.str()
    assert said.count("- webhook deliveries -") == 2
    section = said.partition("- webhook deliveries -")[2].partition("\n")[2].partition("\n____")[0]
    told = re.sub(r"run_\w+|127\.0\.0\.1:\d+|\d+ ms", "…", section)
    refused = "503 Service Unavailable in …, not accepted: Entuitive wants 200"
    assert told.splitlines() == [
        "mine (…): failed",
        "  event-1: expected delivered, is exhausted (503, 503, 503, 503, 503)",
        "  event-1 to http://…/503: exhausted",
        f"    attempt 1 at 0 s: {refused}; next at 10 s",
        f"    attempt 2 at 10 s: {refused}; next at 20 s",
        f"    attempt 3 at 20 s: {refused}; next at 30 s",
        f"    attempt 4 at 30 s: {refused}; next at 130 s",
        f"    attempt 5 at 130 s: {refused}; attempt 5 of 5 was the last: exhausted",
    ]
    assert "attempt 1 at 0 s: 404 Not Found in " in said
    assert "marker-secret-5d21" not in said


def test_a_bare_assertion_shows_the_reason(inner: pytest.Pytester) -> None:
    inner.makepyfile(
        """
        def test_verifies(webhook_emulator, endpoint):
            webhook_emulator.play("mine", target=f"{endpoint}/503")
            assert webhook_emulator.verify({"status": 200})


        def test_verifies_all(webhook_emulator, endpoint):
            webhook_emulator.play("mine", target=f"{endpoint}/200")
            never = {"match": {"type": "user.creatd"}, "never": True}
            assert not webhook_emulator.verify_all([never])


        def test_has_passed(webhook_emulator, endpoint):
            assert webhook_emulator.play("mine", target=f"{endpoint}/503").passed


        def test_counts(webhook_emulator):
            assert webhook_emulator.count_attempts({"status": 200})
        """
    )
    result = inner.runpytest_subprocess(*SYNC, "-p", "no:randomly")
    result.assert_outcomes(failed=4)
    said = [line for line in result.stdout.lines if re.match("E +(assert|AssertionError)", line)]
    told = [re.sub(r"run_\w+|att_\w+", "…", line.split("assert ", 1)[1]) for line in said]
    verified, both, passed, counted = told
    assert verified.startswith(
        "<Verification failed: expected at least 1 attempt, found none | …: status: expected 200, found 503 | …"
    )
    assert both == (
        "not <Verification passed: all 1 hold | all[0]: passed: expected no attempt, found none; nothing of these runs "
        'has type "user.creatd">'
    )
    assert passed == "False"
    assert counted == "<Count 0>"
    result.stdout.fnmatch_lines(
        ["E*where False = <Run mine (run_*): failed | event-1: expected delivered, is *>.passed"]
    )


def test_a_failed_test_shows_what_its_application_asked_of_the_provider(inner: pytest.Pytester) -> None:
    inner.makepyfile(
        """
        import json
        from urllib.error import HTTPError
        from urllib.request import Request, urlopen

        import pytest


        def ask(url, token, **body):
            headers = {"Authorization": f"Token {token}", "Content-Type": "application/json"}
            return urlopen(Request(url, json.dumps(body).encode(), headers))


        def test_asks(webhook_emulator, endpoint):
            run = webhook_emulator.play("compliancely/api-one-account", secret="s")
            api = webhook_emulator.provider_url("compliancely", run)
            for path, token in (("api/v1/submissions/", "marker-token-11ab"), ("api/v9/", "demo-token")):
                with pytest.raises(HTTPError):
                    ask(f"{api}/{path}", token)
            ask(
                f"{api}/api/v1/submissions/",
                "demo-token",
                name="Larkspur Tool Hire",
                tin="900000006",
                webhook_urls=f"{endpoint}/200",
            )
            assert not webhook_emulator.verify({"status": 200}, within="10s")


        def test_does_not_ask(webhook_emulator):
            webhook_emulator.play("compliancely/api-one-account", secret="s")
            assert webhook_emulator.verify({"status": 200})
        """
    )
    result = inner.runpytest_subprocess(*SYNC, "-p", "no:randomly")
    result.assert_outcomes(failed=2)
    said = result.stdout.str()
    asked, silent = (
        part.partition("\n")[2].partition("\n____")[0] for part in said.split("- webhook deliveries -")[1:]
    )
    told = [re.sub(r"(run|req)_[0-9a-z]+", r"\1_…", line) for line in asked.splitlines()]
    assert told[1].startswith("  POST /api/v1/submissions/ 401, saying ")
    assert told[1].endswith(" (req_…_1)")
    assert told[2].startswith("  POST /api/v9/ 404, no such path, saying ")
    assert told[3] == "  POST /api/v1/submissions/ 201 (req_…_3)"
    assert told[5] == "    follows from the request req_…_3, POST /api/v1/submissions/"
    assert "marker-token-11ab" not in asked
    assert silent.splitlines()[1] == "  no calls to the provider"
    assert "so more may come; nothing has been asked of the provider yet; finish it" in said


def test_an_application_that_its_test_keeps_from_answering_is_told_of_the_other_fixture(
    inner: pytest.Pytester,
) -> None:
    inner.makepyfile(
        """
        import pytest
        from aiohttp import web

        QUICK = {
            "version": 1,
            "provider": "entuitive",
            "profile": {"timeout": "100ms", "retry": {"waits": []}},
            "speed": "instant",
            "events": [{"type": "user.created"}],
        }


        @pytest.fixture
        async def target(aiohttp_server):
            async def webhook(request):
                return web.Response(status=200)

            app = web.Application()
            app.router.add_post("/", webhook)
            return str((await aiohttp_server(app)).make_url("/"))


        async def test_own_loop(webhook_emulator, target):
            assert webhook_emulator.play(QUICK, target=target, secret="s").passed


        async def test_elsewhere(webhook_emulator, endpoint):
            assert webhook_emulator.play(QUICK, target=f"{endpoint}/503", secret="s").passed
        """
    )
    result = inner.runpytest_subprocess(*ASYNC, "-p", "no:randomly")
    result.assert_outcomes(failed=2)
    loop, elsewhere = result.stdout.str().split("- webhook deliveries -")[1:]
    assert "cannot answer. Use webhook_emulator_async, and await it." in loop
    assert "webhook_emulator_async" not in elsewhere.partition("short test summary")[0]


def test_an_emulator_that_does_not_answer_fails_every_test_that_needs_it(inner: pytest.Pytester) -> None:
    inner.makepyfile(
        "def test_1(webhook_emulator): pass\ndef test_2(webhook_emulator): pass\ndef test_3(): pass"
    )
    result = inner.runpytest_subprocess(*SYNC, "--webhook-emulator-url", "http://127.0.0.1:9")
    result.assert_outcomes(errors=2, passed=1)
    result.stdout.fnmatch_lines(
        ["--webhook-emulator-url: no answer from http://127.0.0.1:9: Connection refused; *"]
    )
    assert "Traceback" not in result.stdout.str()


async def test_a_running_emulator_is_taken_by_variable_with_its_token(
    inner: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner.makepyfile(
        "def test_1(webhook_emulator): assert webhook_emulator.info().settings['token'] == '***'"
    )
    token = {"WEBHOOK_EMULATOR_TOKEN": "marker-token-77c1"}
    async with started("serve", "--port", "0", **token) as server:
        assert server.stdout is not None
        ready = (await server.stdout.readline()).decode()
        monkeypatch.setenv("WEBHOOK_EMULATOR_URL", ready.removeprefix("ready on ").strip())
        monkeypatch.setenv(*token.popitem())
        result = await asyncio.to_thread(inner.runpytest_subprocess, *SYNC)
    result.assert_outcomes(passed=1)


def test_wrong_scenario_files_are_told_like_everywhere(inner: pytest.Pytester) -> None:
    (inner.path / "webhooks" / "mine.yaml").write_text(MINE.replace("speed: instant", "sped: instant"))
    inner.makepyfile("def test_1(webhook_emulator): pass")
    result = inner.runpytest_subprocess(*SYNC)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["the webhook emulator did not start:", "*mine.yaml:5:1: sped: unknown key*"])
    assert "Traceback" not in result.stdout.str()
