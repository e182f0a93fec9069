"""What an event sends: a body from the catalog, from the file, or from a file beside it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from emulator.document import INVALID, Invalid, Place
from emulator.document.place import nearest
from emulator.errors import TemplateError
from emulator.provider.profile import Profile
from emulator.scenario.draft import Draft
from emulator.scenario.files import Bodies
from emulator.scenario.form import BODIES
from emulator.scenario.model import ExactContent, JsonContent
from emulator.scenario.render import body_bytes, merged
from emulator.template import NOTHING_KNOWN, BadTemplate, Members, Scope, Template, parse_template

_CONSTANT_NAMES = frozenset({"type", "data"})
BUILT_IN_NAMES = frozenset({"now", "index", "seed", "event", "run"})
Content = JsonContent | ExactContent


def content(
    draft: Draft, profile: Profile | None, bodies: Bodies, names: Collection[str], *, fixed: bool = True
) -> Content | Invalid:
    """The content of an event. Without a profile, only what does not depend on it is checked.

    JSON that no template changes is encoded at once if it is `fixed`: neither data nor faults change it later.
    """
    given = [key for key in BODIES if draft.stands(key)]
    if len(given) > 1:
        return draft.place.key_problem(given[1], f"expected one body, found {listed(given)}")
    if not given and not draft.stands("type"):
        return draft.place.problem(f"expected a type or a body ({', '.join(BODIES)}), found neither")
    if given and given[0] in ("payload_file", "body"):
        return _exact(draft, given[0], bodies)
    found = _payload(draft, names) if given == ["payload"] else _data(draft, profile, names)
    if isinstance(found, Invalid) or profile is None:
        return INVALID
    return _made_constant(draft, found, profile) if fixed else found


def _exact(draft: Draft, key: str, bodies: Bodies) -> ExactContent | Invalid:
    value = draft.get(key)
    if value is None:
        return INVALID
    if key == "body":
        return ExactContent(value.encode())
    try:
        return ExactContent(bodies.read(value))
    except ValueError as error:
        return draft.place.child(key).problem(f"{error}: {value[:200]!r}")


def _payload(draft: Draft, names: Collection[str]) -> JsonContent | Invalid:
    return _json(draft, "payload", draft.get("payload"), names, enveloped=False)


def _data(draft: Draft, profile: Profile | None, names: Collection[str]) -> JsonContent | Invalid:
    if profile is None:
        return (
            _json(draft, "data", draft.get("data"), names, enveloped=True)
            if draft.stands("data")
            else INVALID
        )
    type, has_data = draft.get("type"), draft.stands("data")
    if type is None:
        if draft.stands("type"):
            return INVALID
        if profile.envelope is not None:
            wanted = f"the type goes into the envelope of {profile.provider}; give a type, or the whole body as payload"
            return draft.place.key_problem("data", f"expected a type beside data: {wanted}")
        return _json(draft, "data", draft.get("data"), names, enveloped=True)
    if type not in profile.events:
        told = f"unknown event type {type[:60]!r} of {profile.provider}{nearest(type, profile.events)}"
        return draft.place.child("type").problem(
            f"{told} (any type may be sent with payload, payload_file or body)"
        )
    sample = profile.events[type].data
    value = merged(sample, draft.get("data")) if has_data else sample
    return _json(draft, "data" if has_data else "type", value, names, enveloped=profile.envelope is not None)


def _json(
    draft: Draft, key: str, value: Any, names: Collection[str], *, enveloped: bool
) -> JsonContent | Invalid:
    template = template_at(draft.place.child(key), value, names)
    return INVALID if isinstance(template, Invalid) else JsonContent(value=template, enveloped=enveloped)


def template_at(
    place: Place, value: Any, names: Collection[str], members: Members = NOTHING_KNOWN
) -> Template | Invalid:
    """The template that a value is; its problems are noted as deep as the document reaches."""
    try:
        return parse_template(value, names=names, members=members)
    except BadTemplate as error:
        for problem in error.problems:
            place.down(problem.path).problem(problem.message)
        return INVALID


def _made_constant(draft: Draft, content: JsonContent, profile: Profile) -> Content | Invalid:
    """What no template changes is encoded here, once for all occurrences."""
    envelope = profile.envelope if content.enveloped else None
    if not content.value.static or (envelope is not None and not envelope.uses <= _CONSTANT_NAMES):
        return content
    try:
        return ExactContent(
            body_bytes(content, profile, Scope({}, ""), Scope({"type": draft.get("type")}, ""))
        )
    except TemplateError as error:
        return draft.place.down(body_path(draft)).problem(str(error))


def listed(words: Sequence[str]) -> str:
    """`a, b and c`."""
    return " and ".join([part for part in (", ".join(words[:-1]), words[-1]) if part])


def body_path(draft: Draft) -> tuple[str, ...]:
    """The key that the body comes from."""
    return tuple(key for key in (*BODIES, "type") if draft.stands(key))[:1]
