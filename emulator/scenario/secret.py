"""Which secret signs an event's webhooks. No message and no repr ever shows one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import field
from functools import cache

from emulator.document import INVALID, Invalid, Place, Shape, by_kind, map_of, nullable
from emulator.document.place import found
from emulator.document.variables import holds_variable
from emulator.provider.profile import Profile, SignatureScheme
from emulator.value import value

ENVIRONMENT = "WEBHOOK_EMULATOR_SECRET_"
PROVIDER_NAME = re.compile(r"[a-z][a-z0-9-]*", re.ASCII)
_WANTED = "a secret"


@value(frozen=True, slots=True)
class SecretRule:
    """A secret for every provider, or one for some by name; None in place of a secret sends unsigned."""

    everyone: str | None = field(default=None, repr=False)
    by_provider: Mapping[str, str | None] | None = field(default=None, repr=False)

    def covers(self, provider: str) -> bool:
        """Whether this rule decides for a provider."""
        return self.by_provider is None or provider in self.by_provider

    def of(self, provider: str) -> str | None:
        """The secret of a provider that the rule covers."""
        return self.everyone if self.by_provider is None else self.by_provider[provider]


def environment_name(provider: str) -> str:
    """The environment variable of a provider's secret: `WEBHOOK_EMULATOR_SECRET_ACME_EU` for `acme-eu`.

    That of `acme-file` has one underscore more at its end, since `…_ACME_FILE` names the file of acme's secret.
    """
    name = ENVIRONMENT + provider.upper().replace("-", "_")
    return f"{name}_" if provider.endswith("-file") else name


def signs_without_secret(scheme: SignatureScheme) -> bool:
    """Whether a webhook without a secret is signed all the same, with an empty one."""
    return scheme.without_secret != "omit"  # noqa: S105 - a word of profiles


class Secrets:
    """Who wins, below an event's own secret: the run's rule, the scenario's, the environment, else unsigned."""

    def __init__(
        self, rules: Sequence[SecretRule | None], environment: Mapping[str, str], scenario: Place
    ) -> None:
        self._rules = [rule for rule in rules if rule is not None]
        self._environment = environment
        self._scenario = scenario
        self.warnings: dict[str, None] = {}

    def of(self, profile: Profile, *, needed: bool = True) -> str | None:
        """The secret of a provider. A missing one that is `needed` is a warning, an empty one a problem."""
        for rule in self._rules:
            if rule.covers(profile.provider):
                return rule.of(profile.provider)
        name = environment_name(profile.provider)
        found = self._environment.get(name)
        if found is not None:
            self._scenario.report.hide(found)  # it may come from a file that nobody has read before
        if found is None and needed and profile.signature is not None:
            self._warn(profile.provider, profile.signature, name)
        if found == "":
            told = f"expected a secret in the environment variable {name}, found empty text"
            self._scenario.problem(told)
        return found

    def look_at(self, secret: str, provider: str) -> None:
        """Warn of a secret that is likely not what was meant: files and blocks of text end with a line break."""
        if secret != secret.strip():
            told = f"the secret of {provider} begins or ends with white space, which counts; trim it"
            self.warnings[f"{told} if that is not meant"] = None

    def look_for_variables(self, secret: str, provider: str) -> None:
        """Warn of a secret out of a scenario that is no file, and was written as if it were one."""
        if holds_variable(secret):
            told = f"the secret of {provider} holds ${{…}}, which is replaced only in files on the disk; it signs as"
            self.warnings[f"{told} it stands, so give its value as `secret` of the call"] = None

    def _warn(self, provider: str, signature: SignatureScheme, name: str) -> None:
        how = "signed with an empty secret" if signs_without_secret(signature) else "unsigned"
        told = f"no secret for {provider}, so its webhooks go out {how}"
        self.warnings[f"{told}; set `secret` or {name} (secret: null if that is meant)"] = None


@cache
def one_secret() -> Shape[str | None]:
    """A secret, or null for none."""
    return nullable(Shape(_read, {"type": "string", "minLength": 1}, _WANTED))


@cache
def secret_rule() -> Shape[SecretRule]:
    """A secret for all providers, null, or secrets by provider."""
    scalar = one_secret()
    many = map_of(scalar, wanted="secrets by provider")

    def everyone(place: Place) -> SecretRule | Invalid:
        secret = scalar.read(place)
        return INVALID if isinstance(secret, Invalid) else SecretRule(secret)

    def each(place: Place) -> SecretRule | Invalid:
        if _is_slip(place):
            return place.problem(
                "expected a secret or secrets by provider, found {…}; quote a secret that holds braces"
            )
        wrong = [name for name in place.node.value if not PROVIDER_NAME.fullmatch(name)]
        if wrong:  # it may be the secret, so only where it stands is told
            told = "expected the names of providers as keys, in lower case"
            place.report.add(place.node, place.key_path, told, at=place.node.keys.get(wrong[0]))
            return INVALID
        secrets = many.read(place)
        return INVALID if isinstance(secrets, Invalid) else SecretRule(None, secrets)

    return by_kind(
        scalar=Shape(everyone, scalar.schema, scalar.wanted),
        mapping=Shape(each, many.schema, "a mapping of provider names to secrets"),
    )


def _is_slip(place: Place) -> bool:
    """A secret in braces without quotes reads as a mapping whose key is the secret; it must not be shown."""
    return all(
        node.value is None and not PROVIDER_NAME.fullmatch(name) for name, node in place.node.value.items()
    )


def _read(place: Place) -> str | Invalid:
    value = place.node.value
    if isinstance(value, bool | int | float):
        what = "true or false" if isinstance(value, bool) else "a number"
        return place.problem(f"expected {_WANTED}, which is a text, found {what}; quote it")
    if not isinstance(value, str):
        return place.problem(f"expected {_WANTED}, or null to send unsigned, {found(value)}")
    if not value:
        return place.problem("expected a secret, found empty text; null sends unsigned")
    if len(value) > 65_536:
        return place.problem("expected a secret of at most 65536 characters")
    place.report.hide(value)
    return value
