"""The dry run: what a scenario would send, without sending anything."""

from __future__ import annotations

from collections.abc import Iterator

from emulator.delivery.judge import expected_text
from emulator.delivery.life import Life
from emulator.delivery.playing import Playing
from emulator.delivery.retry import planned_offsets
from emulator.duration import format_duration, format_moment, plain_seconds
from emulator.errors import TemplateError
from emulator.fault import Planned
from emulator.scenario.model import Scenario
from emulator.scenario.target import without_credentials

MOST_BODY = 2_000
"""So many characters of a body are shown."""


def plan_lines(scenario: Scenario, *, start: int, seed: int) -> Iterator[str]:
    """The plan: each delivery with its first request, and when its attempts are due if none is accepted.

    `start` is used where the scenario has none, in microseconds since 1970, and `seed` likewise.
    """
    start = start if scenario.start is None else scenario.start
    told = "random" if scenario.seed is None else str(scenario.seed)
    seed = seed if scenario.seed is None else scenario.seed
    playing = Playing(scenario, run="run_plan", seed=seed, start=start, labels={}, measures=False)
    yield f"{scenario.name}: starts {format_moment(start)}, speed {scenario.speed}, seed {told}"
    while (due_us := playing.next_due()) is not None:
        for entry in playing.take(due_us):
            if isinstance(entry, Life):
                yield ""
                yield from _delivery(playing, entry)
                playing.skip(entry)


def _delivery(playing: Playing, life: Life) -> Iterator[str]:
    event, profile = life.occurrence.event, life.occurrence.event.profile
    index = f" [{life.occurrence.index}]" if event.repeat.times > 1 else ""
    yield f"{event.name}{index} {_when(life)}: {profile.provider} {event.type or ''}".rstrip()
    offsets = ", ".join(plain_seconds(offset) for offset in planned_offsets(profile.retry))
    yield f"  attempts at {offsets} s, until one is answered with {profile.accept.text}"
    for planned in event.faults:
        wanted = planned.expects(profile)
        adds = "" if wanted is None else f": one more, to get {expected_text(wanted)}"
        yield f"  fault {planned.fault.told} on {_which(planned)}{adds}"
    try:
        prepared = playing.prepare(life, wall=playing.start)
    except TemplateError as error:
        yield f"  cannot be rendered: {error}"
        return
    yield f"  POST {without_credentials(life.url)}{'' if prepared.signature else ' (unsigned)'}"
    for name, value in prepared.request.headers:
        yield f"  {name}: {value}"
    body = prepared.request.body.decode(errors="backslashreplace")
    yield f"  {body[:MOST_BODY]}{'…' if len(body) > MOST_BODY else ''}"


def _which(planned: Planned) -> str:
    """The attempts that a fault is on, in words."""
    if planned.on.last:
        return "the last attempt"
    numbers = planned.on.numbers
    if numbers is None:
        return "every attempt"
    return f"attempt{'s' if len(numbers) > 1 else ''} {', '.join(map(str, numbers))}"


def _when(life: Life) -> str:
    event = life.occurrence.event
    if event.after is None:
        return f"at {plain_seconds(life.due_us)} s"
    delay_us = event.after.delay_us + life.occurrence.index * event.repeat.every_us
    return f"{format_duration(delay_us)} after {event.after.event}"
