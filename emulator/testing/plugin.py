"""The pytest plugin: the fixtures `webhook_emulator`, `webhook_emulator_async` and `webhook_emulator_url`.

pytest imports this at every start, whether a test asks for a fixture or not. So it imports nothing but pytest; the
fixtures import what they need.
"""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator, Sequence
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from emulator.testing.per_test import Traces, WebhookEmulator
    from emulator.testing.per_test_async import AsyncWebhookEmulator
    from emulator.testing.report_folder import ReportFolder

SECTION = "webhook deliveries"

_URL = "webhook_emulator_url"
_SCENARIOS = "webhook_emulator_scenarios"
_REPORT = "webhook_emulator_report"
_URL_VARIABLE = "WEBHOOK_EMULATOR_URL"
_TOKEN_VARIABLE = "WEBHOOK_EMULATOR_TOKEN"  # noqa: S105 - the name of one
_TRACES: pytest.StashKey[Traces] = pytest.StashKey()
_FOLDERS: pytest.StashKey[Sequence[ReportFolder]] = pytest.StashKey()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Say what may be set."""
    group = parser.getgroup("webhook-emulator")
    group.addoption(
        "--webhook-emulator-url",
        metavar="URL",
        help=f"Use the emulator that runs there (its token: {_TOKEN_VARIABLE}) instead of starting one.",
    )
    parser.addini(_URL, "Use the emulator that runs there; flag and variable come first.")
    parser.addini(_SCENARIOS, "Folder of scenario files to play by name, from the root directory on.")
    group.addoption(
        "--webhook-emulator-report",
        action="append",
        metavar="FORMAT=DIR",
        help="Write a report of each run of a failed test into this folder; FORMAT is junit, har, jsonl or html. "
        "May be repeated.",
    )
    parser.addini(
        _REPORT, "The same, one on a line, from the root directory on; the flag comes first.", "linelist"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Read where reports go. Raises UsageError, before any test runs, where they cannot."""
    flags: Sequence[str] | None = config.getoption("--webhook-emulator-report")
    source, given, base = "--webhook-emulator-report", flags, config.invocation_params.dir
    if not flags:
        source, given, base = _REPORT, config.getini(_REPORT), config.rootpath
    if not given:
        return
    from emulator.testing.report_folder import report_folder  # noqa: PLC0415 - see above

    try:
        config.stash[_FOLDERS] = [report_folder(each, base) for each in given]
    except ValueError as error:
        raise pytest.UsageError(f"{source}: {error}") from None


@pytest.fixture(scope="session")
def webhook_emulator_url(pytestconfig: pytest.Config) -> Iterator[str]:
    """The URL of the emulator: the one that is named, or one that runs in a thread until the session ends."""
    source, named = _named(pytestconfig)
    if named:
        _check(source, named)
        yield named
        return
    from emulator.errors import InvalidInput  # noqa: PLC0415 - see above
    from emulator.testing.thread import EmulatorThread  # noqa: PLC0415 - see above

    folder = pytestconfig.getini(_SCENARIOS)
    thread = EmulatorThread(scenarios=pytestconfig.rootpath / folder if folder else None)
    try:
        thread.start()
    except InvalidInput as error:
        pytest.fail(f"the webhook emulator did not start:\n{error}", pytrace=False)
    yield thread.url
    thread.stop()


@pytest.fixture
def webhook_emulator(webhook_emulator_url: str, _webhook_emulator_traces: Traces) -> WebhookEmulator:
    """A client of the emulator. What it starts, finds, verifies and resets is this test's own."""
    from emulator.testing.per_test import WebhookEmulator  # noqa: PLC0415 - see above

    return WebhookEmulator(webhook_emulator_url, _token(), _webhook_emulator_traces)


@pytest.fixture
def webhook_emulator_async(
    webhook_emulator_url: str, _webhook_emulator_traces: Traces
) -> AsyncWebhookEmulator:
    """The same to be awaited, for an application that runs on the event loop of the test."""
    from emulator.testing.per_test_async import AsyncWebhookEmulator  # noqa: PLC0415 - see above

    return AsyncWebhookEmulator(webhook_emulator_url, _token(), _webhook_emulator_traces)


@pytest.fixture
def _webhook_emulator_traces(request: pytest.FixtureRequest, webhook_emulator_url: str) -> Iterator[Traces]:
    from emulator.testing.per_test import Traces  # noqa: PLC0415 - see above

    item: pytest.Item = request.node
    traces = item.stash[_TRACES] = Traces(webhook_emulator_url, _token(), item.nodeid)
    yield traces
    del item.stash[_TRACES]
    traces.remove()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add what became of the webhooks to the report of a failed test."""
    report = yield
    traces = item.stash.get(_TRACES, None)
    if traces is not None and report.failed:
        told = _told(traces, item)
        if told:
            report.sections.append((SECTION, told))
    return report


def _told(traces: Traces, item: pytest.Item) -> str:
    from emulator.errors import EmulatorError  # noqa: PLC0415 - see above

    config = item.config
    try:
        told = traces.told()
        if told and _FOLDERS in config.stash:
            base = config.invocation_params.dir
            told += "\n" + traces.reported(item.nodeid, config.stash[_FOLDERS], base)
    except EmulatorError as error:
        return f"the emulator cannot tell: {error}"
    return told


def _named(config: pytest.Config) -> tuple[str, str]:
    """Where the URL of a running emulator stands, and the URL; empty where none is named."""
    flag, variable = config.getoption("--webhook-emulator-url"), os.environ.get(_URL_VARIABLE)
    if flag:
        return "--webhook-emulator-url", flag
    return (_URL_VARIABLE, variable) if variable else (_URL, config.getini(_URL))


def _token() -> str | None:
    return os.environ.get(_TOKEN_VARIABLE) or None


def _check(source: str, url: str) -> None:
    """Fail the tests that need it when no emulator answers there, or this token does not open it."""
    from emulator.testing.client import Client  # noqa: PLC0415 - see above
    from emulator.testing.errors import ClientError  # noqa: PLC0415 - see above

    try:
        Client(url, token=_token()).info()
    except (ClientError, ValueError) as error:
        pytest.fail(f"{source}: {error}", pytrace=False)
