"""The endpoint check of receivers as users write them: each fails exactly the probes of its mistake.

A right one fails none.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import pytest

from emulator.check.checking import check, scenario_of
from emulator.check.finding import Finding, Grade, Status, grade
from emulator.check.probe import Subject
from emulator.check.probes import PROBES
from emulator.cli.engine import Sending, open_emulator
from emulator.emulator import Emulator
from emulator.provider.registry import find_definition
from emulator.scenario.overrides import Overrides
from emulator.sender import TargetPolicy
from tests.receivers.flavoured import FLAVOURS, Flavour, flavour

SECRET = "s3cret"
E, C = "entuitive", "compliancely"

Start = Callable[[str], Flavour]


@dataclass(frozen=True)
class Row:
    """A receiver: its flavour, its mistake, whose webhooks it takes, and the probes that it fails.

    `asked` names the probes that are asked, where not all are.
    """

    flavour: str
    mistake: str
    provider: str
    fails: tuple[str, ...]
    grade: Grade
    asked: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        return f"{self.flavour}-{self.mistake}-{self.provider}"


def row(name: str, mistake: str, provider: str, fails: str, worth: str, *asked: str) -> Row:
    return Row(name, mistake, provider, tuple(fails.split()), Grade(worth), asked)


RIGHT = [row(name, "right", provider, "", "A") for name in FLAVOURS for provider in (E, C)]

_ALL_FORGED = (
    "signature-missing signature-empty signature-wrong signature-other-secret signature-of-other-body "
    "signature-truncated tampered forged-first"
)
_NOT_MISSING = "signature-wrong signature-other-secret signature-of-other-body tampered forged-first"
_NO_LENGTH = "signature-missing signature-empty signature-truncated"
_UNCAUGHT = "empty-body invalid-json byte-order-mark deep-body"
_LOCKED_OUT = (
    "forged-first raw-bytes non-ascii header-case duplicate reordered unknown-type slow-body interrupted http-1-0 "
    "many-at-once connection-reuse still-well"
)

WRONG = [
    row("flask", "other-secret", E, "valid", "F"),
    row("flask", "accepts-all", E, _ALL_FORGED, "F"),
    row("flask", "accepts-all", C, _ALL_FORGED, "F"),
    row("flask", "shape-alone", E, _NOT_MISSING, "F"),
    row("flask", "skips-without-header", E, "signature-missing", "F"),
    row("flask", "skips-other-content", E, "signature-other-secret", "F"),
    row("flask", "remembers-signatures", E, "tampered", "F"),
    row("flask", "skips-empty", C, "signature-missing signature-empty", "F"),
    row("flask", "first-eight", E, "signature-wrong signature-truncated", "F"),
    row("flask", "prefix", E, _NO_LENGTH, "F"),
    row("php", "looks-for-it", C, _NO_LENGTH, "F"),
    row("express", "compares-without-length", E, _NO_LENGTH, "F"),  # it throws, and answers 500
    row("flask", "asserts", E, f"{_NO_LENGTH} signature-upper-case", "F"),
    row("django", "wants-the-header", E, "signature-missing", "F"),
    row("php", "hopes-for-the-header", E, "signature-missing", "F"),
    row("django", "looks-for-duplicates-first", E, "tampered forged-first", "F"),
    row("php", "spells-the-header", E, "header-case", "D"),
    row("aiohttp", "spells-the-header", C, "header-case", "D"),
    # JSON written again: where it is spelt otherwise than the provider does, nothing at all fits.
    row("flask", "json-again", E, "valid", "F"),
    row("flask", "json-again", C, "raw-bytes non-ascii deep-body", "D"),
    row("express", "json-again", E, "raw-bytes", "D"),
    row("express", "json-again", C, "valid", "F"),
    row("php", "json-again", E, "raw-bytes non-ascii", "D"),
    row("django", "reads-latin-1", E, "non-ascii", "D"),
    # Bodies.
    row("aiohttp", "reads-once", E, "slow-body", "C"),
    row("aiohttp", "takes-some-body", E, "empty-body", "C"),
    row("aiohttp", "hangs-up-on-large", C, "large-body", "C"),
    row("express", "small-limit", E, "large-body", "C"),
    row("express", "parses-by-content-type", E, "signature-other-secret content-type", "F"),
    row("flask", "lets-errors-through", E, _UNCAUGHT, "C"),
    row("php", "trusts-json", E, _UNCAUGHT, "C"),
    row("fastapi", "forbids-unknown-fields", C, "raw-bytes", "D"),
    row("fastapi", "knows-the-types", E, "unknown-type", "C"),
    # Again, at once, out of order, half.
    row("django", "inserts-always", E, "duplicate concurrent replay", "D"),
    row("flask", "refuses-duplicates", C, "duplicate replay", "D"),
    row("fastapi", "looks-then-stores", E, "concurrent", "C"),
    row("fastapi", "marks-what-begins", E, "interrupted", "D"),
    row("fastapi", "insists-on-order", E, "reordered", "C"),
    row("fastapi", "small-pool", E, "many-at-once", "C"),
    # Answers and connections.
    row("fastapi", "answers-202", E, "exact-status", "D"),
    row("fastapi", "answers-202", C, "", "A"),
    row("django", "answers-204", E, "exact-status", "D"),
    row("django", "forgets-csrf-exempt", E, "valid", "F"),
    row("flask", "takes-get", E, "wrong-method", "C"),
    row("express", "takes-every-method", C, "wrong-method", "C"),
    row("aiohttp", "wants-http-1-1", E, "http-1-0", "B"),
    row("fastapi", "answers-too-late", E, "valid", "F"),
    # Every answer takes 1.8 s, so it is asked little.
    row("fastapi", "answers-late", E, "answer-time", "C", "valid", "answer-time"),
    # The second request of any connection is spoilt: which other probes meet one depends on the time.
    row("node", "reads-into-the-connection", E, "connection-reuse", "C", "valid", "connection-reuse"),
    # What a probe did to it, the next ones show.
    row("express", "locks-out", E, _LOCKED_OUT, "F"),
    row("node", "dies-of-errors", E, "empty-body still-well", "D"),
]


@pytest.fixture(scope="module")
def start() -> Iterator[Start]:
    """Gives the receivers of a flavour, started when they are first wanted."""
    with ExitStack() as stack:
        started: dict[str, Flavour] = {}

        def given(name: str) -> Flavour:
            if name not in started:
                started[name] = stack.enter_context(flavour(name, SECRET))
            return started[name]

        yield given


@pytest.fixture
async def emulator() -> AsyncIterator[Emulator]:
    """As the command has it."""
    async with open_emulator(Sending(policy=TargetPolicy.of((), allow_public=False))) as emulator:
        yield emulator


async def found(emulator: Emulator, row: Row, url: str) -> list[Finding]:
    subject = Subject.of(find_definition(row.provider).profile, SECRET)
    laid_on = Overrides(target=url, secret=SECRET, labels={})
    asked = [
        (probe, probe.unfit(subject) or scenario_of(probe, subject, laid_on, {}, None))
        for probe in PROBES
        if not row.asked or probe.id in row.asked
    ]
    return [finding async for finding in check(emulator, asked)]


@pytest.mark.parametrize("row", [*RIGHT, *WRONG], ids=lambda row: row.id)
async def test_a_receiver_fails_exactly_the_probes_of_its_mistake(start: Start, emulator: Emulator, row: Row):
    with ExitStack() as stack:
        ends = row.mistake == "dies-of-errors"  # and would end the others with it
        receivers = stack.enter_context(flavour(row.flavour, SECRET)) if ends else start(row.flavour)
        findings = await found(emulator, row, receivers.url(row.provider, row.mistake))
    failed = {each.probe.id: each.reasons for each in findings if each.status is Status.FAILED}
    assert tuple(failed) == row.fails, failed
    assert grade(findings) is row.grade


@pytest.mark.parametrize("provider", [E, C])
async def test_what_a_provider_does_not_have_is_not_asked(start: Start, emulator: Emulator, provider: str):
    right = row("node", "right", provider, "", "A")
    findings = await found(emulator, right, start("node").url(provider, "right"))
    skipped = {each.probe.id for each in findings if each.status is Status.SKIPPED}
    assert skipped == ({"exact-status", "unknown-type"} if provider == C else set())


async def test_nothing_more_is_asked_where_no_genuine_webhook_is_accepted(start: Start, emulator: Emulator):
    wrong = row("flask", "other-secret", E, "valid", "F")
    findings = await found(emulator, wrong, start("flask").url(E, "other-secret"))
    reasons = {each.reasons for each in findings if each.status is Status.SKIPPED}
    assert reasons == {("no genuine webhook is accepted, as valid shows",)}
    assert len(findings) == 33


async def test_where_an_endpoint_dies_the_rest_is_skipped_and_the_last_probe_fails(emulator: Emulator):
    dying = row("node", "dies-of-errors", E, "", "D")
    with flavour("node", SECRET) as node:
        findings = await found(emulator, dying, node.url(E, dying.mistake))
    behind = findings[[each.probe.id for each in findings].index("empty-body") :]
    first, second, *rest, last = behind
    assert (first.probe.id, first.status) == ("empty-body", Status.FAILED)
    assert (second.probe.id, second.status) == ("invalid-json", Status.INCOMPLETE)
    assert {each.status for each in rest} == {Status.SKIPPED}
    assert (last.probe.id, last.status) == ("still-well", Status.FAILED)
    assert second.reasons[0].startswith("the target can no longer be reached: ")


def test_every_probe_is_failed_by_some_receiver():
    assert {probe for row in WRONG for probe in row.fails} == {probe.id for probe in PROBES}
