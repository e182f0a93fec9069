"""The JSON Schemas (2020-12) of the records' public forms, by name. Each key has a sentence and an example.

They are data about what `to_json` gives, and tests hold both together. Nothing but documents needs them.
"""

from __future__ import annotations

from typing import Any

from emulator.record.attempt import ErrorKind, Result
from emulator.record.delivery import DeliveryState
from emulator.record.run import RunState, Verdict

Schema = dict[str, Any]


def text(doc: str, example: str) -> Schema:
    """A text."""
    return {"type": "string", "description": doc, "examples": [example]}


def moment(doc: str, example: str = "2026-01-05T09:00:00Z") -> Schema:
    """A moment in UTC."""
    return {"type": "string", "format": "date-time", "description": doc, "examples": [example]}


def count(doc: str, example: int = 0) -> Schema:
    """A whole number that is not negative."""
    return {"type": "integer", "minimum": 0, "description": doc, "examples": [example]}


def number(doc: str, example: float) -> Schema:
    """A number."""
    return {"type": "number", "description": doc, "examples": [example]}


def flag(doc: str, *, example: bool = False) -> Schema:
    """true or false."""
    return {"type": "boolean", "description": doc, "examples": [example]}


def word(doc: str, words: list[str], example: str) -> Schema:
    """One of some words."""
    return {"enum": words, "description": doc, "examples": [example]}


def array(doc: str, items: Schema, example: list[Any] | None = None) -> Schema:
    """A list; without an example, that of its items alone stands in it."""
    return {
        "type": "array",
        "items": items,
        "description": doc,
        **({} if example is None else {"examples": [example]}),
    }


def texts(doc: str, *example: str) -> Schema:
    """A list of texts."""
    return array(doc, {"type": "string"}, list(example))


def pairs(doc: str, *example: list[str]) -> Schema:
    """A list of names and values."""
    pair = {"type": "array", "items": {"type": "string"}, "minItems": 2, "maxItems": 2}
    return array(doc, pair, list(example))


def mapping(doc: str, **properties: Schema) -> Schema:
    """A mapping that has these keys, always, and no others."""
    return {
        "type": "object",
        "description": doc,
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def maybe(schema: Schema, *, null: bool = True) -> Schema:
    """null, or what another schema describes; the example is `null` unless told otherwise."""
    whole = {key: value for key, value in schema.items() if key not in ("description", "examples")}
    examples = {"examples": [None]} if null else {key: schema[key] for key in ("examples",) if key in schema}
    return {"anyOf": [whole, {"type": "null"}], "description": schema["description"], **examples}


_LABELS: Schema = {
    "type": "object",
    "additionalProperties": {"type": "string"},
    "description": "Labels of the run, as the API was given them.",
    "examples": [{"test": "checkout"}],
}


def _body(text_of: str) -> dict[str, Schema]:
    return {
        "body": maybe(text("The body, where its bytes are UTF-8.", text_of), null=False),
        "body_base64": maybe({"type": "string", "description": "The body as base64, where they are not."}),
    }


def _response(doc: str) -> Schema:
    return mapping(
        doc,
        status={"type": "integer", "description": "The status.", "examples": [200]},
        headers=pairs("Those of the answer.", ["Content-Type", "application/json"]),
        **_body('{"received": true}'),
        truncated=flag("Whether the body was longer than what is kept of it."),
    )


_OF_EVENT = {
    "event": text("The id of the occurrence of the event.", "evt_7h2k9m4q1x_1"),
    "event_name": text("The event's name in the scenario.", "created"),
    "index": count("Which occurrence of the event, from 0."),
    "provider": text("The emulated sender.", "entuitive"),
    "type": maybe(text("The event's type.", "user.created"), null=False),
}

_FAILURE = mapping(
    "An expectation that did not hold.",
    event=maybe(text("The event's name; null for what concerns the whole run.", "created"), null=False),
    index=maybe(count("Which occurrence of the event, from 0."), null=False),
    delivery=maybe(text("The delivery's id.", "dlv_7h2k9m4q1x_1"), null=False),
    check=text("What was checked, such as `outcome`, `attempts` or `statuses`.", "outcome"),
    expected={"description": "What was expected, as the scenario spells it.", "examples": ["delivered"]},
    actual={"description": "What was found.", "examples": ["exhausted"]},
    message=text("The same in a line for people.", "expected delivered, is exhausted"),
)

RUN = mapping(
    "One playing of a scenario, with its own clock, records and verdict.",
    id=text("The id of the run.", "run_7h2k9m4q1x"),
    scenario=text("The scenario's name.", "billing/outage"),
    state=word("Where the run stands.", [*RunState], RunState.SETTLED),
    open=flag("Whether it takes calls to the provider's own API; there is no verdict until it is finished."),
    verdict={
        "enum": [*Verdict, None],
        "description": "What it came to; null while it runs.",
        "examples": [Verdict.PASSED],
    },
    failures=array("What did not hold, the first thousand in full.", _FAILURE, []),
    speed=text("`instant`, `real`, `manual`, or a factor such as `60x`.", "instant"),
    seed={"type": "integer", "description": "Makes the same ids and fake data again.", "examples": [7]},
    start=moment("Where emulated time began."),
    clock=mapping(
        "Emulated time.",
        now=moment("Where it stands.", "2026-01-05T09:00:10Z"),
        state=word("`ready` where it waits for a move, or has ended.", ["advancing", "ready"], "ready"),
    ),
    counts=mapping(
        "How many of each.",
        events=count("Occurrences of events.", 1),
        deliveries=count("Deliveries: each occurrence has one for each target.", 1),
        attempts=count("Attempts.", 2),
        delivered=count("Deliveries that were accepted.", 1),
        exhausted=count("Deliveries that were given up by the provider."),
        lost=count("Attempts whose records had to make room. A run with any is not passed."),
    ),
    started_wall=moment("When it began, by the real clock.", "2026-11-22T17:03:20.437782Z"),
    settled_wall=maybe(
        moment("When it ended, by the real clock.", "2026-11-22T17:03:20.440567Z"), null=False
    ),
    labels=_LABELS,
    warnings=texts("What the scenario hardly means. No part of the verdict."),
    error=maybe(text("What went wrong within the emulator.", "")),
)

DELIVERY = mapping(
    "One event on its way to one endpoint.",
    id=text("The id of the delivery.", "dlv_7h2k9m4q1x_1"),
    run=text("The run that it belongs to.", "run_7h2k9m4q1x"),
    **_OF_EVENT,
    url=text("Where it goes; a password in it is left out.", "http://localhost:3000/webhooks"),
    endpoint=maybe(
        text("The registered endpoint that it goes to; null where a target says where to.", "end_4n8d2k6w0q")
    ),
    state=word("Where it stands.", [*DeliveryState], DeliveryState.DELIVERED),
    attempts=count("How many were made.", 2),
    next_due_at=maybe(moment("When the next attempt is due, emulated; null once it has ended.")),
    cause=maybe(text("The request that the event followed from; null for one that the scenario plans.", "")),
    explanation=texts(
        "The request that caused it, if one did; then a line for each attempt.",
        "attempt 1 at 0 s: 503 Service Unavailable in 1 ms",
        "attempt 2 at 10 s: 200 OK in 1 ms; delivered",
    ),
)

ATTEMPT = mapping(
    "One HTTP call of a delivery.",
    id=text("The id of the attempt.", "att_7h2k9m4q1x_1_2"),
    run=text("The run that it belongs to.", "run_7h2k9m4q1x"),
    delivery=text("The delivery that it belongs to.", "dlv_7h2k9m4q1x_1"),
    **_OF_EVENT,
    number=count("Which attempt of its delivery, from 1.", 2),
    copy=count("Which of several equal calls. Always 0 in this version."),
    trigger=word(
        "`redeliver` where it was asked for after the delivery had ended.",
        ["schedule", "redeliver"],
        "schedule",
    ),
    remade=flag("Whether it may have been on the wire before, since the server was killed meanwhile."),
    due_at=moment("When it was due, emulated.", "2026-01-05T09:00:10Z"),
    offset_s=number("The same in seconds from the delivery's first attempt.", 10.0),
    planned_wall=moment("When it was to go out, by the real clock.", "2026-11-22T17:03:20.438043Z"),
    sent_wall=moment("When it went out, by the real clock.", "2026-11-22T17:03:20.438303Z"),
    lateness_ms=number("How much later that was.", 0.26),
    duration_ms=number("Real time from connecting to the end of the answer, or of the failure.", 1.264),
    request=mapping(
        "What was sent.",
        method=text("The method.", "POST"),
        url=text("Where it went; a password in it is left out.", "http://localhost:3000/webhooks"),
        headers=pairs(
            "What was sent, the signature too, in the order and spelling of the wire.",
            ["Content-Type", "application/json"],
        ),
        **_body('{"company_name":"Harbour Lifts Ltd"}'),
        size=count("The length of the body in bytes.", 36),
    ),
    signature=maybe(
        mapping(
            "The signature; null where it was sent unsigned.",
            header=text("The header that carries it.", "X-Entuitive-Signature"),
            value=text(
                "What that header held.",
                "bbbb3dc21ced6370ff9d938e7cdf872bcffe683875697c518d02f231b895b373",
            ),
            message=text("What was signed, with `body` for the body's bytes.", "body"),
            valid=flag("Whether it is meant to fit.", example=True),
        ),
        null=False,
    ),
    response=maybe(_response("What came back; null where no whole answer did."), null=False),
    error=maybe(
        mapping(
            "What went wrong, beyond a status that is not accepted.",
            kind=word("What kind of mistake.", [*ErrorKind], ErrorKind.TIMEOUT),
            message=text("A line for people.", "no whole answer within 3 s"),
        )
    ),
    result=word("`failed` where there is no whole answer.", [*Result], Result.ACCEPTED),
    faults=texts("Faults that the emulator made on purpose. Always empty in this version."),
    final=flag("Whether no further attempt was planned.", example=True),
    next_due_at=maybe(moment("When the next one was due, emulated.")),
    explanation=text(
        "What came back, and why it went on or stopped.", "attempt 2 at 10 s: 200 OK in 1 ms; delivered"
    ),
)

REQUEST = mapping(
    "One call of the application to a provider's own API. Credentials in it are masked.",
    id=text("The id of the request.", "req_2m6x8d3f7v_1"),
    run=text("The run that took it.", "run_2m6x8d3f7v"),
    provider=text("Whose API was called.", "entuitive"),
    method=text("The method.", "POST"),
    path=text("The path below the provider's own, decoded.", "/v1/users"),
    query=pairs("The parameters of the query, in their order."),
    headers=pairs("What came.", ["Content-Type", "application/json"]),
    **_body('{"email": "ines.okafor@example.test"}'),
    size=count("The length of the body in bytes, as it stands here.", 37),
    at=moment("When it came, emulated."),
    received_wall=moment("When it came, by the real clock.", "2026-11-22T17:03:20.475077Z"),
    route=maybe(
        text(
            "What answered: the route's name, or method and path; null where nothing did.", "POST /v1/users"
        ),
        null=False,
    ),
    response=maybe(_response("The answer; null where the connection was dropped."), null=False),
    error=maybe(
        text(
            "Why the emulator could not answer as it should have, or what kept the nearest route from answering.",
            "",
        )
    ),
)

NOTIFICATION = mapping(
    "The e-mail that a provider sends when a delivery is exhausted.",
    id=text("The id of the notification.", "ntf_1w4e6n8k0h_1"),
    run=text("The run that it belongs to.", "run_1w4e6n8k0h"),
    delivery=text("The delivery that it is about.", "dlv_1w4e6n8k0h_1"),
    to=text("Whom it goes to.", "management.company@example.test"),
    subject=text("Its subject.", "Webhook user.created was not delivered"),
    text=text("Its text.", "The webhook user.created could not be delivered."),
    at=moment("When, emulated.", "2026-01-05T09:02:10Z"),
    sent=flag("Whether a mail server took it."),
    error=maybe(text("Why it was not sent; null as well while it is under way.", "")),
)

SCHEMAS: dict[str, Schema] = {
    "Run": RUN,
    "Delivery": DELIVERY,
    "Attempt": ATTEMPT,
    "Request": REQUEST,
    "Notification": NOTIFICATION,
}
"""The public forms of the records, by the names that documents give them."""
