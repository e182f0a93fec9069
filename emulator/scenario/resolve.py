"""Drafts into a scenario: what each event inherits, which of several settings wins, and whether it fits together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emulator.document import INVALID, Invalid, Place, from_json
from emulator.duration import INSTANT
from emulator.provider.profile import Profile
from emulator.scenario.content import BUILT_IN_NAMES, content, template_at
from emulator.scenario.expectation import DELIVERED
from emulator.scenario.expecting import contradictions
from emulator.scenario.files import Bodies
from emulator.scenario.form import Draft
from emulator.scenario.model import Event, Repeat, Scenario
from emulator.scenario.order import check_order
from emulator.scenario.overrides import UNSET, Overrides
from emulator.scenario.profiles import Find, Profiles
from emulator.scenario.render import static_value
from emulator.scenario.secret import SecretRule, deciding, environment_name, secret_rule
from emulator.scenario.target import check_target
from emulator.scenario.trial import Trial
from emulator.template import Template


class Resolver:
    """Resolves one scenario. Problems go to the report of the draft's place."""

    def __init__(
        self,
        draft: Draft,
        overrides: Overrides,
        environment: Mapping[str, str],
        *,
        find: Find,
        bodies: Bodies,
        name: str,
        path: str | None,
    ) -> None:
        self._draft = draft
        self._report = draft.place.report
        self._environment = environment
        self._bodies = bodies
        self._name = draft.get("name", name)
        self._path = path
        self._profiles = Profiles(find, draft.get("profile"))
        self._secrets = (self._given_secret(overrides), draft.get("secret"))
        self._variables: Mapping[str, Any] = draft.get("variables", {})
        self._names = BUILT_IN_NAMES | self._variable_names()
        self._targets: dict[str, Template | Invalid] = {}
        self._warnings: dict[str, None] = {}
        self._inherited_targets: tuple[Template, ...] | None = None
        self._trial = Trial(
            self._name, self._variables, draft.get("seed"), draft.get("start"), overrides.labels
        )

    def scenario(self) -> Scenario:
        """The scenario; it is of use only if the report stays empty."""
        drafts: tuple[Draft, ...] = self._draft.get("events", ())
        names = check_order(drafts)
        events = [
            self._event(number, name, each)
            for number, (name, each) in enumerate(zip(names, drafts, strict=True))
        ]
        return Scenario(
            name=self._name,
            description=self._draft.get("description", ""),
            path=self._path,
            speed=self._draft.get("speed", INSTANT),
            start=self._draft.get("start"),
            seed=self._draft.get("seed"),
            variables=self._variables,
            events=tuple(event for event in events if event is not None),
            notifications=self._draft.get("expect"),
            warnings=tuple(self._warnings),
        )

    def _given_secret(self, overrides: Overrides) -> SecretRule | None:
        if overrides.secret is UNSET:
            return None
        rule = secret_rule().read(Place(from_json(overrides.secret), self._report, ("secret",)))
        return None if isinstance(rule, Invalid) else rule

    def _variable_names(self) -> frozenset[str]:
        place = self._draft.place.down(("variables",))
        value = place.node.value if self._draft.stands("variables") else None
        return frozenset(value) if isinstance(value, dict) else frozenset()

    def _event(self, number: int, name: str, draft: Draft) -> Event | None:
        profile = self._profile(draft)
        body = content(draft, profile, self._bodies, self._names)
        headers = self._headers(draft, profile)
        targets = self._targets_of(draft)
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
            repeat=draft.get("repeat", Repeat()),
            content=body,
            headers=headers,
            targets=targets,
            secret=self._secret(draft, profile),
            expectation=draft.get("expect", DELIVERED),
        )
        owner = draft if draft.stands("target") else self._draft
        return self._trial.play(event, draft, owner.place.down(("target",)))

    def _profile(self, draft: Draft) -> Profile | None:
        owner = draft if draft.stands("provider") else self._draft
        if not owner.stands("provider"):
            self._once(
                draft,
                "no provider: name one, as in `provider: entuitive`, for the scenario or for this event",
            )
            return None
        provider = owner.get("provider")
        if provider is None:
            return None
        found = self._profiles.definition(provider, owner.place.child("provider"), draft.get("profile"))
        return None if isinstance(found, Invalid) else found.profile

    def _once(self, draft: Draft, message: str) -> None:
        """Note a problem that any number of events may share at the first of them."""
        if message not in self._warnings:
            self._warnings[message] = None
            draft.place.problem(message)

    def _headers(self, draft: Draft, profile: Profile | None) -> Template | Invalid | None:
        given = draft.get("headers")
        if given is None:
            return None
        return template_at(draft.place.child("headers"), dict(given), self._names)

    def _targets_of(self, draft: Draft) -> tuple[Template, ...] | Invalid:
        if draft.stands("target"):
            return self._parsed_targets(draft)
        if not self._draft.stands("target"):
            self._once(
                draft, "no target: give the scenario or this event a `target`, or name one with --target"
            )
        if self._inherited_targets is None:
            parsed = self._parsed_targets(self._draft)
            self._inherited_targets = () if isinstance(parsed, Invalid) else parsed
        return self._inherited_targets

    def _parsed_targets(self, owner: Draft) -> tuple[Template, ...] | Invalid:
        texts: tuple[str, ...] = owner.get("target", ())
        place = owner.place.down(("target",))
        several = isinstance(place.node.value, list)
        parsed = [
            self._target(text, place.child(number) if several else place) for number, text in enumerate(texts)
        ]
        for number, text in enumerate(texts):
            if text in texts[:number]:
                place.child(number).problem(
                    "this target stands in the list already; each would get a delivery of its own"
                )
        good = tuple(each for each in parsed if not isinstance(each, Invalid))
        return good if len(good) == len(parsed) else INVALID

    def _target(self, text: str, place: Place) -> Template | Invalid:
        if text in self._targets and not isinstance(self._targets[text], Invalid):
            return self._targets[text]
        template = template_at(place, text, self._names)
        if not isinstance(template, Invalid) and template.static:
            try:
                check_target(static_value(template))
            except ValueError as error:
                return place.problem(str(error))
        self._targets[text] = template
        return template

    def _secret(self, draft: Draft, profile: Profile) -> str | None:
        if draft.stands("secret"):
            own: str | None = draft.get("secret")
            return own
        rule = deciding(self._secrets, profile.provider)
        if rule is not None:
            return rule.of(profile.provider)
        if self._draft.stands("secret") and self._draft.get("secret") is None:
            return None
        return self._environment_secret(profile)

    def _environment_secret(self, profile: Profile) -> str | None:
        name = environment_name(profile.provider)
        found = self._environment.get(name)
        if found is None:
            self._warn_unsigned(profile, name)
        elif not found:
            self._once(self._draft, f"expected a secret in the environment variable {name}, found empty text")
        return found

    def _warn_unsigned(self, profile: Profile, name: str) -> None:
        if profile.signature is None:
            return
        omitted = profile.signature.without_secret == "omit"  # noqa: S105 - a word of profiles
        how = "unsigned" if omitted else "signed with an empty secret"
        told = f"no secret for {profile.provider}, so its webhooks go out {how}"
        self._warnings[f"{told}; set `secret` or {name} (null: on purpose)"] = None

    def _check_expectation(self, draft: Draft, profile: Profile) -> None:
        expected = draft.get("expect")
        if expected is None:
            return
        place = draft.place.child("expect")
        for path, message in contradictions(expected, profile):
            place.down(path).problem(message)
