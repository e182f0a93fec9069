"""From an occurrence of an event to what goes on the wire. Equal places in equal runs give equal bytes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from hashlib import sha256
from typing import Any

from emulator.errors import EmulatorError, TemplateError
from emulator.provider.encoding import encode
from emulator.provider.header import header_value_fault
from emulator.provider.profile import Encoding, Profile
from emulator.record import Headers
from emulator.scenario.model import Event, ExactContent, JsonContent
from emulator.scenario.target import MOST_TARGETS, check_target
from emulator.template import Moment, Scope, Template, Unrenderable
from emulator.template.value import kind, text_of
from emulator.value import value


@value(frozen=True, slots=True, kw_only=True)
class RunFacts:
    """What templates see of their run: the scenario's name, the run's labels and seed, and the variables."""

    name: str
    labels: Mapping[str, str] = field(default_factory=dict)
    seed: int
    variables: Mapping[str, Any] = field(default_factory=dict)


class Names(dict[str, Any]):
    """Names laid over others, which are not copied: there may be many variables, and one scope for each occurrence."""

    def __init__(self, own: Mapping[str, Any], below: Mapping[str, Any]) -> None:
        super().__init__(own)
        self._below = below

    def __missing__(self, name: str) -> Any:
        return self._below[name]


@value(frozen=True, slots=True, kw_only=True)
class Content:
    """A body, and the headers of profile and event; those of the signature are not among them."""

    body: bytes
    headers: Headers


_DRAWING = frozenset({"fake", "uuid"})
"""What a template draws from its place."""

_NOTHING = Scope({}, "")
"""What a static template is rendered with."""


def static_value(template: Template) -> Any:
    """The value that every rendering of a static template gives."""
    return template.render(_NOTHING)


def targets_of(event: Event, facts: RunFacts, *, index: int, due_at: int) -> tuple[str, ...]:
    """The URLs of an occurrence, in the order of the file; equal ones are kept. `due_at` is as for `content_of`.

    Raises TemplateError when one cannot be rendered, or is no URL that can be sent to.
    """
    if all(target.static for target in event.targets):
        return tuple(map(static_value, event.targets))
    return tuple(
        _url(target, number, _scope(target, event, facts, index, due_at, f"target {number}"))
        for number, target in enumerate(event.targets)
    )


def _url(target: Template, number: int, scope: Scope) -> str:
    try:
        url = target.render(scope)
    except TemplateError as error:
        raise Unrenderable((number,), str(error)) from None
    return _listed_url(number, url if isinstance(url, str) else text_of(url))


def urls_of(value: Any) -> tuple[str, ...] | None:
    """The targets that a route gives an event: a URL, a list of URLs, or null, which leaves them to the event.

    Raises TemplateError for anything else.
    """
    if value is None:
        return None
    if isinstance(value, str):
        return (_checked_url(value),)
    if not isinstance(value, list):
        raise TemplateError(f"expected a URL, a list of URLs or null, found {kind(value)}")
    if len(value) > MOST_TARGETS:
        raise TemplateError(f"expected at most {MOST_TARGETS} targets, found {len(value)}")
    return tuple(_listed_url(number, each) for number, each in enumerate(value))


def _listed_url(number: int, value: Any) -> str:
    if not isinstance(value, str):
        raise Unrenderable((number,), f"expected a URL, found {kind(value)}")
    try:
        return _checked_url(value)
    except TemplateError as error:
        raise Unrenderable((number,), str(error)) from None


def _checked_url(url: str) -> str:
    try:
        return check_target(url)
    except ValueError as error:
        raise TemplateError(f"the target gives no URL: {error}") from None


def content_of(event: Event, facts: RunFacts, *, index: int, due_at: int, data: Any = None) -> Content:
    """The body and headers of an occurrence. `due_at` is its emulated moment, in microseconds since 1970.

    `data` is what a route lays on the event's own; None lays nothing. Raises TemplateError when they cannot be
    rendered.
    """
    return Content(
        body=body_of(event, facts, index=index, due_at=due_at, data=data),
        headers=headers_of(event, facts, index=index, due_at=due_at),
    )


def wire_id(event: Event, facts: RunFacts, index: int) -> str:
    """The id of an occurrence on the wire, in the form of a UUID of version 4; equal on all attempts."""
    digits = bytearray(drawn(event, facts, index, "wire id")[:16])
    digits[6] = digits[6] & 0x0F | 0x40
    digits[8] = digits[8] & 0x3F | 0x80
    text = digits.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def drawn(event: Event, facts: RunFacts, index: int, part: str) -> bytes:
    """32 bytes that an occurrence draws for a part of it: the same in every equal run."""
    return sha256(f"{facts.seed}\n{index}\n{part}\n{event.name}".encode()).digest()


def _scope(
    template: Template, event: Event, facts: RunFacts, index: int, due_at: int, part: str, **more: Any
) -> Scope:
    """What a template sees. Its place is worked out only where something is drawn from it."""
    names = {
        "now": Moment(due_at),
        "index": index,
        "seed": facts.seed,
        "event": {"name": event.name, "type": event.type, "provider": event.profile.provider},
        "run": {"name": facts.name, "labels": facts.labels},
        **more,
    }
    place = "" if _DRAWING.isdisjoint(template.uses) else drawn(event, facts, index, part).hex()
    return Scope(Names(names, facts.variables), place)


def body_of(event: Event, facts: RunFacts, *, index: int, due_at: int, data: Any = None) -> bytes:
    """The body of an occurrence; the rest is as for `content_of`."""
    content = event.content
    if isinstance(content, ExactContent):
        return content.body
    around, envelope = None, event.profile.envelope
    if content.enveloped and envelope is not None:
        around = _scope(envelope, event, facts, index, due_at, "envelope", type=event.type)
    scope = _scope(content.value, event, facts, index, due_at, "body")
    return body_bytes(content, event.profile, scope, around, data)


def body_bytes(
    content: JsonContent, profile: Profile, scope: Scope, around: Scope | None, data: Any = None
) -> bytes:
    """The value rendered in one scope, in the profile's envelope rendered in the other, as the profile encodes it.

    Without the other scope there is no envelope. `data` is laid on the value, unless it is None.

    Raises TemplateError for what cannot be rendered, and for what the encoder refuses.
    """
    value = content.value.render(scope)
    if data is not None:
        value = merged(value, data)
    if around is not None and content.enveloped and profile.envelope is not None:
        value = profile.envelope.render(Scope(Names({"data": value}, around.names), around.place))
    return json_bytes(value, profile.encoding)


def json_bytes(value: Any, encoding: Encoding) -> bytes:
    """The value as JSON in a provider's spelling. Raises TemplateError for what the encoder refuses."""
    try:
        return encode(value, encoding)
    except EmulatorError as error:
        raise TemplateError(str(error)) from None


def merged(sample: Any, data: Any) -> Any:
    """`data` laid on a sample: mappings key by key, all else replaced; null is a value."""
    if not (isinstance(sample, Mapping) and isinstance(data, Mapping)):
        return data
    return {
        **sample,
        **{key: merged(sample[key], value) if key in sample else value for key, value in data.items()},
    }


def headers_of(event: Event, facts: RunFacts, *, index: int, due_at: int) -> Headers:
    """The headers of an occurrence, without those of its signature; the rest is as for `content_of`."""
    base = _profile_headers(event, facts, index=index, due_at=due_at)
    if event.headers is None:
        return tuple(base.items())
    given = event.headers.render(_scope(event.headers, event, facts, index, due_at, "headers"))
    lowered = {name.lower() for name in given}
    kept = [(name, value) for name, value in base.items() if name.lower() not in lowered]
    own = [(name, _header_value(name, value)) for name, value in given.items() if value is not None]
    return (*kept, *own)


def _profile_headers(event: Event, facts: RunFacts, *, index: int, due_at: int) -> Mapping[str, str]:
    template = event.profile.header_template
    if template is None:
        return event.profile.headers
    try:
        rendered = template.render(_scope(template, event, facts, index, due_at, "profile headers"))
        return {name: _header_value(name, value) for name, value in rendered.items()}
    except Unrenderable as error:
        raise TemplateError(f"the provider's header {error.path[0]}: {error}") from None


def _header_value(name: str, value: Any) -> str:
    try:
        return header_text(value)
    except TemplateError as error:
        raise Unrenderable((name,), str(error)) from None


def header_text(value: Any) -> str:
    """The value of a header. Raises TemplateError for what no header can hold."""
    told = text_of(value)
    fault = header_value_fault(told)
    if fault:
        raise TemplateError(fault)
    return told
