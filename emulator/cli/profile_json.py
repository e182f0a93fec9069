"""A provider's profile as JSON: the keys of its file, with every default filled in, and what follows from them."""

from __future__ import annotations

from typing import Any

from emulator.cli.portrait import offsets
from emulator.duration import format_duration, seconds
from emulator.provider.profile import Assumption, Profile, RetryOn, SignatureScheme


def summary_json(profile: Profile) -> dict[str, Any]:
    """What the list shows."""
    return {
        "provider": profile.provider,
        "title": profile.title,
        "header": profile.signature and profile.signature.header,
        "accept": profile.accept.text,
        "timeout_s": seconds(profile.timeout_us),
        "attempts": profile.attempts,
        "offsets_s": [seconds(offset) for offset in offsets(profile.retry)],
    }


def profile_json(profile: Profile) -> dict[str, Any]:
    """Everything."""
    return {
        **summary_json(profile),
        "description": profile.description,
        "source": profile.source,
        "signature": None if profile.signature is None else _signature(profile.signature),
        "timeout": format_duration(profile.timeout_us),
        "redirects": "follow" if profile.follow_redirects else "fail",
        "retry": {
            "waits": [format_duration(wait) for wait in profile.retry.waits],
            "wait_from": profile.retry.wait_from.value,
            "on": [kind.value for kind in RetryOn if kind in profile.retry.on],
        },
        "body": {"encoding": profile.encoding.value, "build": "each-attempt" if profile.rebuild else "once"},
        "headers": dict(profile.headers),
        "envelope": None if profile.envelope is None else profile.envelope.source,
        "events": {
            name: {"description": entry.description, "data": entry.data}
            for name, entry in profile.events.items()
        },
        "on_exhausted": profile.email
        and {
            "email": {"to": profile.email.to, "subject": profile.email.subject, "text": profile.email.text},
        },
        "assumptions": [_assumption(assumption) for assumption in profile.assumptions],
    }


def _signature(scheme: SignatureScheme) -> dict[str, Any]:
    return {
        "header": scheme.header,
        "algorithm": scheme.algorithm,
        "encoding": scheme.encoding,
        "message": scheme.message,
        "value": scheme.value,
        "headers": dict(scheme.headers),
        "sign": scheme.sign,
        "stamp": scheme.stamp,
        "without_secret": scheme.without_secret,
        "rotation": scheme.rotation,
        "separator": scheme.separator,
    }


def _assumption(assumption: Assumption) -> dict[str, Any]:
    return {
        "id": assumption.id,
        "key": assumption.key,
        "question": assumption.question,
        "why": assumption.why,
        "other": assumption.other and dict(assumption.other),
    }
