"""A whole server: the application on a port, from the opening of its journal to the last flush."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace

from aiohttp import web

from emulator.emulator import Emulator
from emulator.endpoint import Endpoint
from emulator.errors import InvalidInput, JournalError, Problem
from emulator.journal import SqliteJournal, open_journal
from emulator.notify import notifier_for
from emulator.scenario.endpoints import read_endpoints
from emulator.scenario.model import Scenario
from emulator.scenario.overrides import Overrides
from emulator.scenario.targets import SOMEWHERE
from emulator.sender import TargetPolicy
from emulator.sender.failure import in_container
from emulator.sender.http import HttpSender, trust
from emulator.server.admission import Rules
from emulator.server.app import application
from emulator.server.catalog import Catalog
from emulator.server.connection import Limits, connections
from emulator.server.context import Context
from emulator.server.guard import guard, secure
from emulator.server.listening import bound_sockets, is_loopback, unbindable, url_of
from emulator.server.log import Log
from emulator.server.settings import Settings
from emulator.server.telling import Telling
from emulator.value import value

GRACE_S = 2.0
"""So long attempts in flight may take when the server stops."""

_CUT_S = 0.5
_CHECK_S = 5.0
_BACKLOG = 1_024
_LIMITS = Limits()


@value(frozen=True, slots=True, kw_only=True)
class Server:
    """A server that answers, at `url`. What it starts by itself is in `playing`, and begins with `play`.

    A scenario of `--play` whose run goes on since the last time is not among it: a restart begins nothing twice.
    """

    url: str
    emulator: Emulator
    playing: Sequence[Scenario]
    log: Log

    def play(self) -> None:
        """Begin the runs of `--play`."""
        for scenario in self.playing:
            run = self.emulator.start(scenario)
            for warning in scenario.warnings:
                self.log.warning("run warning", run=run.id, message=warning)


@asynccontextmanager
async def serving(
    settings: Settings, environment: Mapping[str, str], log: Log, limits: Limits = _LIMITS
) -> AsyncIterator[Server]:
    """A server while it is open. In the end, runs of a lasting journal stay unfinished in it, for the next one.

    Raises InvalidInput for wrong scenario files, and for an address that cannot be had; nothing is opened then. Raises
    JournalError where the journal cannot be opened, or in the end did not store everything.
    """
    rules = Rules.of(settings.allow_hosts, settings.token)
    policy = TargetPolicy.of(settings.allow_targets, allow_public=settings.allow_public)
    verify = trust(settings.ca_file, insecure=settings.insecure)
    notifier = notifier_for(
        settings.smtp, refusal=policy.refusal, ca_file=settings.ca_file, insecure=settings.insecure
    )
    catalog = Catalog(settings.scenarios, environment)
    configured = _loaded(catalog, settings, environment)
    playing = _to_play(catalog, settings, configured, lenient=settings.database is not None)
    async with AsyncExitStack() as stack:
        sockets = stack.enter_context(bound_sockets(settings.host, settings.port))
        settings = replace(settings, port=sockets[0].getsockname()[1])
        journal = await open_journal(settings.database)
        _tell_journal(log, journal, settings)
        telling = Telling(log)
        emulator = Emulator(
            journal,
            HttpSender(policy, verify=verify, connections=limits.targets),
            watch=telling,
            notifier=notifier,
        )
        await stack.enter_async_context(emulator)
        emulator.endpoints.restore(configured, await journal.endpoints())
        if settings.database is not None:
            playing = _to_play(catalog, settings, emulator.endpoints.active())
        context = Context(emulator=emulator, catalog=catalog, settings=settings, environment=environment)
        runner = await _runner(context, rules, limits)
        stack.push_async_callback(runner.cleanup)
        stack.push_async_callback(emulator.stop, GRACE_S)  # before all runs that are left are cancelled
        with telling.resuming():
            resumed = {run.scenario.name for run in await emulator.resume()}
        stack.callback(context.closing.set)
        for listener in await _listen(sockets, runner, limits, log, settings):
            stack.callback(listener.close)
        _warn_of_reach(log, settings, local=is_loopback(sockets), container=in_container())
        watch = asyncio.create_task(_watch_journal(journal, log), name="journal-watch")
        stack.callback(watch.cancel)
        stack.callback(lambda: log.info("stopping", running=emulator.running))
        url = url_of(settings.host, settings.port)
        new = [scenario for scenario in playing if scenario.name not in resumed]
        yield Server(url=url, emulator=emulator, playing=new, log=log)


async def _runner(context: Context, rules: Rules, limits: Limits) -> web.AppRunner:
    app = application(context, [guard(rules, limits.body_s)])
    app.on_response_prepare.append(secure)
    runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=_CUT_S)
    await runner.setup()
    return runner


def _loaded(catalog: Catalog, settings: Settings, environment: Mapping[str, str]) -> tuple[Endpoint, ...]:
    """Check the scenarios, and read the endpoints of the settings. Raises InvalidInput with the problems of both."""
    problems: list[Problem] = []
    endpoints: tuple[Endpoint, ...] = ()
    try:
        catalog.load()
    except InvalidInput as error:
        problems += error.problems
    try:
        if settings.endpoints is not None:
            written, now = settings.endpoints, time.time_ns() // 1_000
            endpoints = read_endpoints(
                written.text, written.name, environment, settings.scenarios, created_wall=now
            )
    except InvalidInput as error:
        problems += error.problems
    if problems:
        raise InvalidInput(problems)
    return endpoints


def _to_play(
    catalog: Catalog, settings: Settings, endpoints: tuple[Endpoint, ...], *, lenient: bool = False
) -> list[Scenario]:
    """The scenarios of `--play`. Being `lenient`, it counts on endpoints in a journal that is yet to be opened."""
    overrides = Overrides(
        labels={},
        endpoints=endpoints,
        fallback_target=settings.target or (SOMEWHERE if lenient else None),
        fallback_speed=settings.speed,
    )
    scenarios, problems = [], []
    for name in settings.play:
        try:
            scenarios.append(catalog.scenario(name, overrides))
        except InvalidInput as error:
            told = (
                replace(each, key="--play") if each.key == "scenario" else each for each in error.problems
            )
            problems += [each for each in told if each not in problems]
    if problems:
        raise InvalidInput(problems)
    return scenarios


async def _listen(
    sockets: Sequence[socket.socket], runner: web.AppRunner, limits: Limits, log: Log, settings: Settings
) -> list[asyncio.Server]:
    loop, server = asyncio.get_running_loop(), runner.server
    assert server is not None  # noqa: S101 - it is set up
    answering = connections(server, limits, log)
    try:
        return [await loop.create_server(answering, sock=sock, backlog=_BACKLOG) for sock in sockets]
    except OSError as error:
        raise unbindable(settings.host, settings.port, error) from None


def _warn_of_reach(log: Log, settings: Settings, *, local: bool, container: bool) -> None:
    if local and container:
        told = "nothing outside this container reaches this address, not even by a published port; 0.0.0.0 would do"
        log.warning("open to this container only", host=settings.host, message=told)
    if settings.token is None and not local:
        told = "other machines may reach this port, and drive the emulator; --token would ask them for one"
        log.warning("open to other machines", host=settings.host, message=told)


def _tell_journal(log: Log, journal: SqliteJournal, settings: Settings) -> None:
    match journal.kind:
        case "file":
            log.info("journal opened", kind="file", path=str(settings.database))
        case "temporary":
            told = "records go with this process; --database keeps them"
            log.info("journal opened", kind="temporary", message=told)
        case "memory":
            told = "no folder is writable, so records are kept in memory only"
            log.warning("journal opened", kind="memory", message=told)


async def _watch_journal(journal: SqliteJournal, log: Log) -> None:
    """Tell, once, that the journal fails; the server goes on answering what it can."""
    try:
        while True:
            await asyncio.sleep(_CHECK_S)
            await journal.check()
    except JournalError as error:
        log.error("journal failed", error=error)  # noqa: TRY400 - no logger of the standard library's
