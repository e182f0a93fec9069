"""Prints docs/providers.md: of each built-in provider, what is known, assumed and unknown. See `make docs`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from emulator.answering.compliancely import ASSUMPTIONS
from emulator.cli.portrait import switch
from emulator.cli.profile_json import profile_json
from emulator.provider.profile import Assumption, Profile
from emulator.provider.registry import BUILT_IN, find_profile

HEAD = """\
# Providers

What is known of the two built-in providers, what is assumed, and what is unknown. `make docs` writes this page from
their profiles, which `webhook-emulator providers show NAME` prints. *Documented* is what the vendor's public pages say
(read 2026-11). *Assumed* is what they leave open and the emulator has to do somehow: each assumption has its reason
and, where the other reading can be sent, the line that sends it, for a scenario or one of its events.
"""

API_HEAD = """\
## Compliancely's own API

`webhook-emulator serve` answers these requests below `/compliancely`; [The provider's own API](provider-api.md) shows
how they are used.
"""

FACTS = {
    "signature.header": "The header of the signature",
    "signature.algorithm": "Its algorithm",
    "signature.message": "What is signed",
    "signature.encoding": "How the digest is written",
    "signature.without_secret": "Without a secret",
    "accept": "Which answers accept",
    "redirects": "A redirect",
    "timeout": "How long an attempt may take",
    "retry.waits": "Waits before further attempts",
    "retry.wait_from": "When a wait begins",
    "retry.on": "What is tried again",
    "body.encoding": "How the JSON is written",
    "body.build": "When the body is made",
    "envelope": "What is around the data",
    "headers": "Further headers",
    "on_exhausted": "When no attempt is left",
}
"""Keys of a profile that say what is done on the wire."""

DOCUMENTED = frozenset({"A8"})
"""Listed among the assumptions, although the pages are clear."""

UNKNOWN = {
    "compliancely": (
        "which addresses webhooks come from, and whether only HTTPS is called",
        "ids of deliveries or attempts, and a moment that is signed",
        "the order of webhooks, and advice on repeated ones",
        "a change of secrets: whether two signatures are sent meanwhile",
        "sending again by hand, and the columns of the dashboard's log",
        "webhooks that no request asked for, and those of other products (KYC, sanctions, DMF, monitoring)",
        "rate limits of other requests than those for tokens",
    ),
    "entuitive": (
        "base URLs, how the API key is sent, and every request of its own API: describe what you need as `routes`",
        "which addresses webhooks come from, and whether only HTTPS is called",
        "ids of events, deliveries or attempts, and a moment that is signed",
        "the order of webhooks, and advice on repeated ones",
        "the form in which a webhook is created, and how its secret is made and changed",
        "most of the fields of `user.compliance_status.updated`",
        "whether a webhook is disabled after failures, and sending again by hand",
    ),
}

ENDPOINTS = (
    (
        "POST",
        "/api/v1/auth-token",
        "`username`, `password`; `token`, which does not expire",
        "v1-token any-login wrong-login",
    ),
    (
        "POST",
        "/api/v2/token/",
        "`access` for an hour, `refresh` for a day, and their seconds",
        "any-login wrong-login lifetimes",
    ),
    ("POST", "/api/v2/token/refresh/", "the path", "refresh-and-validate"),
    ("POST", "/api/v2/token/validate/", "the path", "refresh-and-validate"),
    (
        "POST",
        "/api/v1/submissions/",
        "`tin`, `name`, `webhook_urls`; the fields of the answer",
        "created name A15 A16 sandbox",
    ),
    ("GET", "/api/v1/submissions/{id}", "the same object", "check-date status-texts"),
    (
        "POST",
        "/api/v1/tin/match/",
        "waits about 30 s, then a `message`; only then a webhook",
        "hybrid-path hybrid-wait",
    ),
    ("POST", "/api/v1/tin/match/tin/match/", "the same, as the page's note spells it", "hybrid-path"),
    (
        "POST",
        "/api/v1/sos_submissions/",
        "`name`, `state`, `callback_url`; the fields of the answer",
        "states A15",
    ),
    ("GET", "/api/v1/sos_submissions/{id}", "there is one, with `results`", "search-result"),
    (
        "POST",
        "/api/v2/taxexempt/",
        "`tin` or `name`, `webhook_urls`; the answer, the form of errors",
        "exempt-errors A15",
    ),
    ("GET", "/api/v2/taxexempt/{id}", "nothing", "exempt-result"),
    (
        "POST",
        "/api/v1/bulk_upload/tin/",
        "`file`, `priority`, `webhook_urls`; 6 MB, 100,000 records",
        "bulk-file A15",
    ),
    ("GET", "/api/v1/bulk_upload/tin/{id}", "nothing", "bulk-result"),
    ("GET", "/media/bulk_upload/{id}/{key}/{file}", "nothing", "bulk-result"),
)
"""Method, path, what of it is documented, and what is assumed."""

_SPELLINGS = {"after_us": "after"}


def page() -> str:
    """The whole page."""
    parts = [HEAD]
    for name in BUILT_IN:
        profile = find_profile(name)
        parts += [f"## {profile.title}\n", *_provider(profile)]
    parts += [API_HEAD, _table(("request", "documented", "assumed"), _endpoints())]
    parts += [
        "### What is assumed of the API\n",
        _table(("", "what is done", "why", "switch"), _api_assumptions()),
    ]
    return "\n".join(parts)


def _provider(profile: Profile) -> Iterator[str]:
    yield f"### {profile.title}: what is done on the wire\n"
    yield _table(("", "as", "certainty"), _facts(profile))
    yield f"### {profile.title}: what is assumed\n"
    yield _table(("", "open", "read as", "the other reading"), map(_assumed, profile.assumptions))
    yield f"### {profile.title}: what is unknown\n"
    yield "Looked for and not found, so nothing of it is emulated:\n"
    yield "".join(f"- {each}\n" for each in UNKNOWN[profile.provider])


def _facts(profile: Profile) -> Iterator[tuple[str, ...]]:
    shown = profile_json(profile)
    for key, told in FACTS.items():
        covering = [it for it in profile.assumptions if it.key and _covers(it.key, key)]
        numbers = dict.fromkeys(it.id for it in covering if it.id)
        certainty = "assumed" if covering and DOCUMENTED.isdisjoint(numbers) else "documented"
        yield told, _value(_found(shown, key)), f"{certainty}: {', '.join(numbers)}" if numbers else certainty


def _covers(assumed: str, key: str) -> bool:
    return assumed == key or key.startswith(f"{assumed}.") or assumed.startswith(f"{key}.")


def _found(shown: Any, key: str) -> Any:
    for part in key.split("."):
        shown = shown.get(part) if isinstance(shown, dict) else None
    return shown


def _value(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, list):
        return ", ".join(f"`{each}`" for each in value)
    if isinstance(value, dict):
        return ", ".join(f"`{name}`" for name in value)
    return f"`{value}`"


def _assumed(assumption: Assumption) -> tuple[str, ...]:
    other = "" if assumption.other is None else f"`{switch(assumption.other)}`"
    return assumption.id or f"`{assumption.key}`", assumption.question or "", assumption.why, other


def _endpoints() -> Iterator[tuple[str, ...]]:
    for method, path, documented, assumed in ENDPOINTS:
        yield f"`{method} {path}`", documented, ", ".join(f"`{each}`" for each in assumed.split())


def _api_assumptions() -> Iterator[tuple[str, ...]]:
    for each in ASSUMPTIONS:
        keys = (f"`api.{_SPELLINGS.get(name, name)}`" for name in each.settings)
        yield f"`{each.id}`", each.what, each.why, ", ".join(keys)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "".join(f"| {' | '.join(map(_cell, line))} |\n" for line in lines)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


if __name__ == "__main__":
    print(page(), end="")
