"""The form of a provider's file (contract section 2): its keys, what each may be, and what becomes of it.

The same keys make the file and the `profile:` of a scenario. A file must name its provider; an override may leave out
every key, at every depth, and is read after it was laid on what it overrides.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emulator.document import (
    Field,
    Invalid,
    Place,
    Shape,
    anything,
    choice,
    list_of,
    map_of,
    nullable,
    record,
    text,
)
from emulator.document.shape import wrong
from emulator.duration import SECOND
from emulator.provider import shape
from emulator.provider.header import header_name_fault, header_value_fault, repeated_header
from emulator.provider.profile import (
    Acceptance,
    Assumption,
    CatalogEntry,
    Email,
    Encoding,
    Profile,
    Retry,
    RetryOn,
    SignatureScheme,
    WaitFrom,
)
from emulator.provider.signing import ALGORITHMS
from emulator.template import BadTemplate

MAIL_PLACEHOLDERS = ("type", "url", "attempts", "error", "event", "at")
DEFAULT_TIMEOUT_US = 10 * SECOND
LONGEST_TYPE = 200
MOST_WAITS = 1_000

_STAMPS = ("id", "timestamp")
_CONTENT_TYPE = ("Content-Type", "application/json")


def signature(*, partial: bool = False) -> Shape[SignatureScheme]:
    """How a body is signed."""
    name = shape.checked(text("a header name"), header_name_fault)
    stamped = shape.placeholders(_STAMPS, header=True)
    fields = {
        "header": Field(name, "the header that carries the signature", required=True),
        "algorithm": Field(choice(*ALGORITHMS), "the hash"),
        "encoding": Field(choice("hex", "base64"), "how the digest is written"),
        "message": Field(shape.placeholders(("body", *_STAMPS), ("body",)), "what is signed"),
        "value": Field(
            shape.placeholders(("signature", *_STAMPS), ("signature",), header=True), "what the header holds"
        ),
        "headers": Field(map_of(stamped, key=header_name_fault), "further headers that a check needs"),
        "sign": Field(choice("once", "each-attempt"), "whether every attempt carries the same signature"),
        "stamp": Field(choice("wall", "emulated"), "the clock that fills {timestamp}"),
        "without_secret": Field(
            choice("omit", "empty-key"), "what happens without a secret: no header, or an empty key"
        ),
        "rotation": Field(
            choice("new", "both"),
            "what signs while a secret is rotated: the new one alone, or the old one too",
        ),
        "separator": Field(
            shape.checked(text("a text"), header_value_fault),
            "what stands between the two digests of a rotation, in the place of {signature}",
        ),
    }
    return record(_scheme, fields, wanted="a mapping with the key 'header'", partial=partial)


def _scheme(place: Place, values: dict[str, Any]) -> SignatureScheme | Invalid:
    scheme = SignatureScheme(**values)
    repeated = repeated_header([scheme.header, *scheme.headers])
    if repeated:
        return place.problem(f"the header {repeated} is named twice")
    return scheme


def _retry() -> Shape[Retry]:
    on = list_of(choice(*RetryOn), wanted="a list of outcomes")
    fields = {
        "waits": Field(
            list_of(shape.duration(), most=MOST_WAITS, wanted="a list of durations"), "before attempt 2, 3, …"
        ),
        "wait_from": Field(
            choice(*WaitFrom),
            "when a wait begins: at the end of the failed attempt, at its start, or at the first attempt",
        ),
        "on": Field(
            on, "the outcomes that lead to another attempt; 'status' is an answer that is not accepted"
        ),
    }

    def build(_: Place, values: dict[str, Any]) -> Retry:
        if "wait_from" in values:
            values["wait_from"] = WaitFrom(values["wait_from"])
        if "on" in values:
            values["on"] = frozenset(map(RetryOn, values["on"]))
        return Retry(**values)

    return record(build, fields, wanted="a mapping")


def _body() -> Shape[dict[str, Any]]:
    fields = {
        "encoding": Field(choice(*Encoding), "how the JSON is written"),
        "build": Field(
            choice("once", "each-attempt"),
            "whether every attempt carries the same bytes, or is rendered anew",
        ),
    }

    def build(_: Place, values: dict[str, Any]) -> dict[str, Any]:
        profile: dict[str, Any] = {}
        if "encoding" in values:
            profile["encoding"] = Encoding(values["encoding"])
        if "build" in values:
            profile["rebuild"] = values["build"] == "each-attempt"
        return profile

    return record(build, fields, wanted="a mapping")


def _headers() -> Shape[Mapping[str, str]]:
    value = nullable(shape.checked(text("a header value", empty=True), header_value_fault))
    given = map_of(value, key=header_name_fault, wanted="a mapping of header names and values")

    def reader(place: Place) -> Mapping[str, str] | Invalid:
        headers = given.read(place)
        if isinstance(headers, Invalid):
            return headers
        repeated = repeated_header(list(headers))
        if repeated:
            return place.key_problem(repeated, "the header is named twice")
        filled = with_content_type(headers)
        try:
            shape.header_template(filled)
        except BadTemplate as error:
            for problem in error.problems:
                told = place.down(problem.path).problem(problem.message)
            return told
        return filled

    return Shape(reader, given.schema, given.wanted)


def with_content_type(headers: Mapping[str, str | None]) -> dict[str, str]:
    """The headers to send: null leaves one out, and JSON is declared unless the file says otherwise."""
    named = {name.lower() for name in headers}
    declared = {} if "content-type" in named else dict([_CONTENT_TYPE])
    return declared | {name: value for name, value in headers.items() if value is not None}


def _catalog() -> Shape[Mapping[str, CatalogEntry]]:
    fields = {
        "data": Field(anything(), "the sample; its texts may be templates"),
        "description": Field(text(empty=True), "when it is sent"),
    }

    def build(_: Place, values: dict[str, Any]) -> CatalogEntry:
        return CatalogEntry(**{"data": {}, **values})

    return map_of(record(build, fields, wanted="a mapping with the key 'data'"), key=_type_fault)


def _type_fault(name: str) -> str | None:
    if 0 < len(name) <= LONGEST_TYPE and name.isprintable() and name == name.strip():
        return None
    return f"expected an event type of 1 to {LONGEST_TYPE} visible characters"


def _on_exhausted(*, partial: bool = False) -> Shape[Email]:
    subject = shape.checked(
        shape.placeholders(MAIL_PLACEHOLDERS),
        lambda value: None if value.isprintable() else "expected one line",
    )
    mail = {
        "to": Field(shape.address(), "the receiver", required=True),
        "subject": Field(subject, "one line", required=True),
        "text": Field(shape.placeholders(MAIL_PLACEHOLDERS), "the mail itself", required=True),
    }
    email = record(
        lambda _, values: Email(**values), mail, wanted="a mapping with to, subject and text", partial=partial
    )
    fields = {"email": Field(email, "the mail that is sent", required=True)}
    return record(
        lambda _, values: values["email"], fields, wanted="a mapping with the key 'email'", partial=partial
    )


def _assumptions() -> Shape[tuple[Assumption, ...]]:
    fields = {
        "id": Field(text("a short name"), "what the assumption is called elsewhere"),
        "key": Field(text("a key of the profile"), "the key that switches it"),
        "question": Field(text(), "what the vendor leaves open"),
        "why": Field(text(), "why it is read this way", required=True),
        "other": Field(map_of(anything()), "the override that sends the other reading"),
    }
    return list_of(
        record(lambda _, values: Assumption(**values), fields, wanted="a mapping with the key 'why'")
    )


def _behaviour(*, partial: bool = False) -> dict[str, Field]:
    """The keys that a scenario may override."""
    return {
        "signature": Field(nullable(signature(partial=partial)), "how a body is signed; null: not at all"),
        "accept": Field(shape.acceptance(), "the statuses that accept a webhook"),
        "timeout": Field(
            shape.duration(zero=False),
            "for one attempt, from connecting to the end of the answer, in real time",
        ),
        "redirects": Field(choice("fail", "follow"), "whether a redirect is a failed attempt or is followed"),
        "retry": Field(_retry(), "the schedule"),
        "body": Field(_body(), "how a body is made"),
        "headers": Field(_headers(), "headers of every webhook; null leaves one out; may hold templates"),
        "envelope": Field(nullable(shape.envelope()), "what stands around the data; null: nothing"),
        "events": Field(_catalog(), "the catalog: event types with samples"),
        "on_exhausted": Field(
            nullable(_on_exhausted(partial=partial)), "what happens when the schedule is used up"
        ),
    }


def _settings(values: dict[str, Any]) -> dict[str, Any]:
    """The values of a file's keys as arguments of Profile."""
    names = {"timeout": "timeout_us", "on_exhausted": "email"}
    settings = {
        names.get(key, key): value
        for key, value in values.items()
        if key not in ("version", "body", "redirects")
    }
    if "redirects" in values:
        settings["follow_redirects"] = values["redirects"] == "follow"
    if "headers" in values:
        settings["header_template"] = shape.header_template(values["headers"])
    settings.update(values.get("body", {}))
    return settings


def _one(place: Place) -> int | Invalid:
    value = place.node.value
    if value == 1 and not isinstance(value, bool):
        return 1
    return place.problem("expected 1, the only version there is")


def _profile(place: Place, values: dict[str, Any]) -> Profile | Invalid:
    defaults = {
        "accept": Acceptance(statuses=frozenset(range(200, 300)), text="2xx"),
        "timeout": DEFAULT_TIMEOUT_US,
        "headers": with_content_type({}),
    }
    return consistent(Profile(**_settings(defaults | values)), place)


def consistent(profile: Profile, place: Place) -> Profile | Invalid:
    """The profile, unless its parts contradict each other: no header is set both by the signature and on its own."""
    scheme = profile.signature
    signed = [scheme.header, *scheme.headers] if scheme else []
    repeated = repeated_header([*profile.headers, *signed])
    if repeated:
        return place.key_problem("headers", f"the header {repeated} is set by the signature")
    return profile


_ABOUT = {
    "version": Field(Shape(_one, {"const": 1}, "1"), "the version of this form", required=True),
    "provider": Field(
        shape.checked(text("the provider's name"), shape.provider_name_fault),
        "the file's own name",
        required=True,
    ),
    "title": Field(text(), "the name for people"),
    "description": Field(text(), "what is emulated"),
    "source": Field(text(), "where the facts come from, and when they were read"),
    "assumptions": Field(_assumptions(), "what the vendor does not document, and the keys that switch it"),
}

FILE: Shape[Profile] = record(_profile, {**_ABOUT, **_behaviour()}, wanted="a provider", ignored=("$schema",))
"""A whole file."""

SETTINGS: Shape[dict[str, Any]] = record(
    lambda _, values: _settings(values),
    _behaviour(),
    wanted="a mapping of a profile's keys",
    refused=dict.fromkeys(_ABOUT, "this key belongs to the provider's file and cannot be overridden"),
    partial=True,
)
"""Some of a profile's keys, each whole, as arguments of Profile."""

OVERRIDE: Shape[Place] = Shape(
    lambda place: place if isinstance(place.node.value, dict) else wrong(place, SETTINGS.wanted),
    record(lambda _, values: values, _behaviour(partial=True), wanted=SETTINGS.wanted, partial=True).schema,
    SETTINGS.wanted,
)
"""What a scenario writes under `profile:`, to be given to `Definition.overridden`."""
