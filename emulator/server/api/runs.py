"""Runs: begun, listed, shown, cancelled and removed."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from functools import partial
from typing import Any

from emulator.document import Field, Invalid, Place, Shape, by_kind, map_of, nullable, record, text
from emulator.errors import FinishedError
from emulator.scenario import shape
from emulator.scenario.form import scenario_shape
from emulator.scenario.load import load_text
from emulator.scenario.model import Scenario
from emulator.scenario.overrides import Overrides
from emulator.scenario.secret import secret_rule
from emulator.scenario.timing import moment_shape, speed_shape
from emulator.server.answer import Answer, empty_answer, json_answer, list_answer, to_text
from emulator.server.api.finding import find_run
from emulator.server.api.starting import arrived, durable, started
from emulator.server.call import Call
from emulator.server.context import Context
from emulator.server.limits import LONGEST_WAIT, MOST_BODY_BYTES, SMALL_BYTES
from emulator.server.parameters import labels_shape, later, page_of, seed_shape
from emulator.value import value


@value(frozen=True, slots=True)
class Written:
    """A scenario that came along: as YAML text, or as an object of trees, with the files that it names."""

    text: str | Mapping[str, Any]
    files: Mapping[str, bytes]


async def create(call: Call) -> Answer:
    """Begin a run of a scenario."""
    context, given = call.context, call.body["scenario"]
    if isinstance(given, Written):
        return await started(call, partial(_written, context, given), big=call.size > SMALL_BYTES)
    return await started(call, partial(context.catalog.scenario, given), big=True)


async def runs(call: Call) -> Answer:
    """The runs, each as it stands."""
    emulator = call.context.emulator
    page = await emulator.journal.runs(page_of(call.query), call.labels)
    running = ((emulator.find(item.id), item) for item in page.items)
    records = (run.record() if run else item for run, item in running)
    return list_answer((to_text(each.to_json()) for each in records), page.next)


async def run(call: Call) -> Answer:
    """One run, at once or when it has arrived."""
    context, id, wait_us = call.context, call.path["id"], call.query.get("wait", 0)
    running = context.emulator.find(id)
    if running is None:
        return json_answer((await find_run(context, id)).to_json())
    if wait_us:
        with context.waiting.place():
            await arrived(context, running, wait_us)
    return json_answer((await durable(context, running)).to_json())


async def cancel(call: Call) -> Answer:
    """Stop it at once."""
    context, id = call.context, call.path["id"]
    running = context.emulator.find(id)
    if running is None:
        return json_answer((await find_run(context, id)).to_json())
    await context.waiting.through(running.cancel())
    return json_answer((await durable(context, running)).to_json())


async def finish(call: Call) -> Answer:
    """Judge an open run for good."""
    context, id = call.context, call.path["id"]
    running = context.emulator.find(id)
    if running is None:
        record = await find_run(context, id)
        raise FinishedError(f"this run is {record.state.value}, and not open")
    with context.waiting.place():
        running.finish()
        await arrived(context, running, call.query.get("wait", LONGEST_WAIT))
    return json_answer((await durable(context, running)).to_json())


async def delete(call: Call) -> Answer:
    """Cancel it if it runs, and forget all of it."""
    context, id = call.context, call.path["id"]
    await find_run(context, id)
    await context.waiting.through(context.emulator.remove(id))
    return empty_answer()


def _written(context: Context, given: Written, overrides: Overrides) -> Scenario:
    return load_text(
        given.text,
        given.files,
        overrides=overrides,
        environment=context.environment,
        near=context.catalog.folder,
    )


def _file() -> Shape[bytes]:
    def reader(place: Place) -> bytes | Invalid:
        value = place.node.value
        try:
            return base64.b64decode(value if isinstance(value, str) else b"-", validate=True)
        except (binascii.Error, ValueError):
            return place.problem("expected the file's bytes as base64")

    return Shape(reader, {"type": "string", "contentEncoding": "base64"}, "base64")


def _source() -> Shape[str | Written]:
    yaml = record(
        lambda _, values: Written(values["yaml"], values.get("files", {})),
        {
            "yaml": Field(
                text("YAML text", longest=MOST_BODY_BYTES), "The scenario file's text.", required=True
            ),
            "files": Field(
                map_of(_file(), wanted="a mapping of paths to base64"),
                "Files that it names, by their paths as seen from it: bodies, and `providers/NAME.yaml`.",
            ),
        },
        wanted="a mapping with yaml, and files if it names any",
    )

    def mapping(place: Place) -> str | Written | Invalid:
        if "yaml" in place.node.value:
            return yaml.read(place)
        return Written(dict(place.node.value), {})

    name: Shape[Any] = text("the name of a scenario")
    forms = {"anyOf": [yaml.schema, scenario_shape().schema]}
    return by_kind(
        scalar=name, mapping=Shape(mapping, forms, "a whole scenario, or a mapping with yaml and files")
    )


CREATE: Shape[Mapping[str, Any]] = record(
    lambda _, values: values,
    {
        "scenario": Field(
            _source(), "What to play: a name, a whole scenario, or `{yaml, files}`.", required=True
        ),
        "target": Field(
            later(nullable(shape.targets())), "Where webhooks go, in place of the scenario's `target`."
        ),
        "secret": Field(
            later(nullable(secret_rule())),
            "The secret, or secrets by provider; null sends unsigned. It is never shown.",
        ),
        "speed": Field(later(nullable(speed_shape())), "How emulated time passes."),
        "seed": Field(later(nullable(seed_shape())), "Makes fake data and ids those of this seed."),
        "start": Field(later(nullable(moment_shape())), "The emulated moment at which the run begins."),
        "variables": Field(nullable(shape.variables()), "Other values for the scenario's variables."),
        "labels": Field(nullable(labels_shape()), "Texts by which to find the run again, and its attempts."),
    },
    wanted="a mapping with the key scenario",
)
