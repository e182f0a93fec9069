"""Drafts into a scenario: what each event inherits, which of several settings wins, and whether it fits together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from emulator.document import INVALID, Invalid, Node, Place, from_json
from emulator.duration import INSTANT
from emulator.endpoint import Endpoint
from emulator.endpoint import Source as Registered
from emulator.provider.profile import Profile
from emulator.scenario.api import PROVIDERS
from emulator.scenario.compliancely import CompliancelySettings
from emulator.scenario.content import BUILT_IN_NAMES, content, template_at
from emulator.scenario.draft import Draft
from emulator.scenario.emitted import Emitted
from emulator.scenario.endpoints import doubled, resolved
from emulator.scenario.expectation import DELIVERED
from emulator.scenario.expecting import contradictions
from emulator.scenario.faulty import check_faults
from emulator.scenario.model import Event, JsonContent, Repeat, Scenario
from emulator.scenario.order import check_order
from emulator.scenario.overrides import UNSET, Laid, Overrides
from emulator.scenario.profiles import Profiles
from emulator.scenario.route import Route
from emulator.scenario.routes import Routes
from emulator.scenario.secret import SecretRule, Secrets, secret_rule, signs_without_secret
from emulator.scenario.slips import Slips
from emulator.scenario.source import Source
from emulator.scenario.targets import Targets
from emulator.scenario.trial import Trial
from emulator.template import Template, parse_template

ONCE = Repeat()
NO_PROVIDER = "no provider: name one, as in `provider: entuitive`, for the scenario or for this {}"


class Resolver:
    """Resolves one scenario. Problems go to the report of the draft's place."""

    def __init__(self, draft: Draft, source: Source, laid: Laid) -> None:
        overrides = source.origin.overrides
        self._draft = draft
        self._report = draft.place.report
        self._source = source
        self._name: str = draft.get("name", source.origin.name)
        self._strange = laid.strange
        self._variables: Mapping[str, Any] = draft.get("variables", {})
        self._names = BUILT_IN_NAMES | self._variable_names()
        self._profiles = Profiles(source.find, draft.get("profile"))
        self._targets = Targets(draft, self._names, falls_back=laid.falls_back)
        self._secrets = Secrets(
            (self._given_secret(overrides), draft.get("secret")), source.environment, draft.place
        )
        self._registered = overrides.endpoints
        for secret in (*source.secrets(), *(each.secret for each in self._registered)):
            self._report.hide(secret or "")
        self._trial = Trial(
            self._name, self._variables, draft.get("seed"), draft.get("start"), overrides.labels
        )
        self._slips = Slips()
        self._without_provider = False
        self._unsure = False

    def scenario(self) -> Scenario:
        """The scenario; it is of use only if the report stays empty."""
        drafts: tuple[Draft, ...] = self._draft.get("events", ())
        routes: tuple[Draft, ...] = self._draft.get("routes", ())
        names = check_order(drafts)
        self._check_parts()
        self._check_secret_providers()
        emitted = Emitted(routes, names, drafts)
        endpoints = tuple(self._endpoints())
        self._registered = (*endpoints, *self._registered)
        readable = self._draft.get("endpoints", () if not self._draft.stands("endpoints") else None)
        self._unsure = readable is None or len(endpoints) < len(readable)
        events = tuple(self._events(names, drafts, emitted))
        if len(events) == len(drafts):
            self._check_notifications(events)
        answering = tuple(self._routes(routes, events))
        api = self._api(opened=bool(answering))
        return Scenario(
            name=self._name,
            description=self._draft.get("description", ""),
            path=self._source.origin.path,
            speed=self._draft.get("speed", INSTANT),
            start=self._draft.get("start"),
            seed=self._draft.get("seed"),
            variables=self._variables,
            events=events,
            routes=answering,
            api=api,
            api_events=() if api is None else tuple(self._api_events(events)),
            endpoints=endpoints,
            notifications=self._draft.get("expect"),
            warnings=(
                *self._secrets.warnings,
                *self._unused(events, answering),
                *self._slips.warnings,
                *emitted.forgotten(names, drafts),
                *emitted.unaimed(events),
                *emitted.once(names, drafts),
                *doubled(endpoints, self._registered[len(endpoints) :]),
            ),
            origin=self._source.origin,
        )

    def _given_secret(self, overrides: Overrides) -> SecretRule | None:
        if overrides.secret is UNSET:
            return None
        rule = secret_rule().read(Place(_secret_node(overrides.secret), self._report, ("secret",)))
        return None if isinstance(rule, Invalid) else rule

    def _unused(self, events: Sequence[Event], routes: Sequence[Route]) -> Iterator[str]:
        """Variables that were given for the run, though the file neither declares nor uses them: likely misspelt."""
        used = frozenset[str]()
        if self._strange:
            used = used.union(*map(names_of, events), *(route.uses for route in routes))
        for name in self._strange:
            if name not in used:
                yield f"the variable {name!r} was given, but the file neither declares nor uses it"

    def _variable_names(self) -> frozenset[str]:
        """Also those that cannot be read, so that their uses are no further problems."""
        value = self._draft.place.down(("variables",)).node.value if self._draft.stands("variables") else None
        return frozenset(value) if isinstance(value, dict) else frozenset()

    def _check_parts(self) -> None:
        if not any(map(self._draft.stands, ("events", "routes", "api"))):
            self._draft.place.problem("the key 'events' is missing: a list of events")

    def _endpoints(self) -> Iterator[Endpoint]:
        drafts: tuple[Draft, ...] = self._draft.get("endpoints", ())
        for endpoint in resolved(drafts, partial(self._profile, what="endpoint"), Registered.SCENARIO):
            if endpoint.secret is not None:
                self._secrets.look_at(endpoint.secret, endpoint.provider)
            yield endpoint

    def _api(self, *, opened: bool) -> CompliancelySettings | None:
        """The settings of the provider's own API, if it has one here and calls are taken at all."""
        provider = self._draft.get("provider")
        given: CompliancelySettings | None = self._draft.get("api")
        if self._draft.stands("api") and provider is not None and provider not in PROVIDERS:
            told = f"the API of {provider[:60]} is not built in; describe what you need of it as `routes`"
            self._draft.place.key_problem("api", told)
        if given is not None and not self._draft.stands("provider"):
            self._draft.place.key_problem("api", "say whose API it is: provider: compliancely")
        if provider not in PROVIDERS or not (opened or given is not None):
            return None
        return given or CompliancelySettings()

    def _api_events(self, events: Sequence[Event]) -> Iterator[Event]:
        """An event for each type of the catalog; calls give it all of its data."""
        profile = self._profile(Draft(self._draft.place, {}, broken=True))
        if profile is None:
            return
        names = {event.name for event in events}
        for number, type in enumerate(profile.events):
            name = type if type not in names else f"{type} (api)"
            yield Event(
                name=name,
                position=len(events) + number,
                type=type,
                profile=profile,
                scheduled=False,
                content=JsonContent(
                    value=parse_template({}, names=()), enveloped=profile.envelope is not None
                ),
                targets=(),
                seeks=True,
                secret=self._secrets.of(profile),
            )

    def _routes(self, drafts: tuple[Draft, ...], events: Sequence[Event]) -> Iterator[Route]:
        if drafts and "state" in self._variable_names():
            place = self._draft.place.down(("variables",))
            place.key_problem("state", "templates of routes have their own 'state'; choose another name")
        by_name = {event.name: event for event in events}
        profile_of = partial(self._profile, what="route")
        routes = Routes(self._variable_names(), profile_of, by_name, self._trial, self._slips)
        return routes.resolved(drafts)

    def _events(self, names: Sequence[str], drafts: Sequence[Draft], emitted: Emitted) -> Iterator[Event]:
        for number, (name, draft) in enumerate(zip(names, drafts, strict=True)):
            event = None if draft.broken or self._report.full else self._event(number, name, draft, emitted)
            if event is not None:
                yield event

    def _event(self, number: int, name: str, draft: Draft, emitted: Emitted) -> Event | None:
        profile = self._profile(draft)
        fixed = not (emitted.takes_data(name) or draft.stands("faults"))
        body = content(draft, profile, self._source, self._names, fixed=fixed)
        headers = self._headers(draft)
        seeks = self._targets.left_open(draft)
        endpoints = self._sought(draft, profile) if seeks else ()
        needed = emitted.scheduled(name, draft) and not (endpoints or self._unsure)
        targets = self._targets.of(draft, needed=needed)
        if profile is None:
            return None
        self._check_expectation(draft, profile)
        if isinstance(body, Invalid) or isinstance(headers, Invalid) or isinstance(targets, Invalid):
            return None
        event = Event(
            name=name,
            position=number,
            type=draft.get("type"),
            profile=profile,
            at_us=draft.get("at", 0),
            after=draft.get("after"),
            scheduled=emitted.scheduled(name, draft),
            repeat=draft.get("repeat", ONCE),
            content=body,
            headers=headers,
            targets=targets,
            seeks=seeks,
            endpoints=endpoints,
            secret=self._secret(draft, profile, endpoints),
            own_secret=draft.stands("secret"),
            expectation=draft.get("expect", DELIVERED),
            faults=draft.get("faults", ()),
        )
        if event.faults:
            check_faults(draft.place.child("faults"), event)
        self._check_signature_headers(draft, event)
        self._look_for_slips(draft, profile)
        self._trial.play(event, draft, self._targets.place(draft))
        return event

    def _sought(self, draft: Draft, profile: Profile | None) -> tuple[Endpoint, ...]:
        """The registered endpoints that want an event."""
        provider, type = None if profile is None else profile.provider, draft.get("type")
        return tuple(each for each in self._registered if provider and each.wants(provider, type))

    def _profile(self, draft: Draft, what: str = "event") -> Profile | None:
        owner = draft if draft.stands("provider") else self._draft
        if not owner.stands("provider") and not self._without_provider:
            self._without_provider = True
            draft.place.problem(NO_PROVIDER.format(what))
        provider = owner.get("provider")
        if provider is None:
            return None
        found = self._profiles.definition(provider, owner.place.child("provider"), draft.get("profile"))
        return None if isinstance(found, Invalid) else found.profile

    def _headers(self, draft: Draft) -> Template | Invalid | None:
        if not draft.stands("headers"):
            return None
        given = draft.get("headers")
        return INVALID if given is None else template_at(draft.place.child("headers"), given, self._names)

    def _secret(self, draft: Draft, profile: Profile, endpoints: Sequence[Endpoint]) -> str | None:
        secret: str | None = draft.get("secret")
        if not draft.stands("secret"):
            needed = not endpoints or any(each.inherits for each in endpoints)
            secret = self._secrets.of(profile, needed=needed)
        if secret is not None:
            self._secrets.look_at(secret, profile.provider)
            if not isinstance(self._source.origin.text, bytes):
                self._secrets.look_for_variables(secret, profile.provider)
        return secret

    def _check_expectation(self, draft: Draft, profile: Profile) -> None:
        expected = draft.get("expect")
        if expected is None:
            return
        place = draft.place.child("expect")
        for path, message in contradictions(expected, profile):
            place.down(path).problem(message)

    def _check_signature_headers(self, draft: Draft, event: Event) -> None:
        """What signing sets cannot be set by hand as well; an unsigned event may carry any signature."""
        scheme = event.profile.signature
        if event.headers is None or scheme is None:
            return
        secrets = [event.secrets(endpoint, 0)[0] for endpoint in (event.endpoints or (None,))]
        if not any(secrets) and not signs_without_secret(scheme):
            return
        own = {scheme.header.lower(), *(name.lower() for name in scheme.headers)}
        place = draft.place.child("headers")
        for name in place.node.value:
            if name.lower() in own:
                told = f"{event.profile.provider} sets this header by signing; to set it yourself, add secret: null"
                place.key_problem(name, told)

    def _look_for_slips(self, draft: Draft, profile: Profile) -> None:
        entry = profile.events.get(draft.get("type", ""))
        if entry is not None and draft.stands("data"):
            self._slips.look_at(draft.get("type"), entry.data, draft.get("data"))

    def _check_notifications(self, events: Sequence[Event]) -> None:
        expected = self._draft.get("expect")
        if expected and expected[0] > 0 and all(event.profile.email is None for event in events):
            providers = ", ".join(sorted({event.profile.provider for event in events}))
            place = self._draft.place.down(("expect", "notifications"))
            place.problem(f"no provider here sends an e-mail when a delivery is exhausted ({providers})")

    def _check_secret_providers(self) -> None:
        rule: SecretRule | None = self._draft.get("secret")
        for provider in (rule and rule.by_provider) or ():
            told = None if self._report.full else self._profiles.unknown(provider)
            if told is not None:
                self._draft.place.child("secret").key_problem(provider, told)


def names_of(event: Event) -> frozenset[str]:
    """The names that the templates of an event use."""
    content = event.content.value.uses if isinstance(event.content, JsonContent) else frozenset[str]()
    headers = event.headers.uses if event.headers is not None else frozenset[str]()
    return content.union(headers, *(target.uses for target in event.targets))


def _secret_node(secret: Any) -> Node:
    """A secret given for the run. Bytes of a flag that are no UTF-8 count as they are, as the environment's do."""
    with suppress(UnicodeEncodeError):
        if isinstance(secret, str) and secret.encode(errors="surrogateescape"):
            return Node(secret)
    return from_json(secret)
