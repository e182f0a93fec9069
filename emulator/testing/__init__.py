"""For tests in Python: a client of a running emulator, and what its answers are made of.

Names are imported when they are asked for, so that a test pays only for what it uses.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from emulator.testing.answers import Count as Count
    from emulator.testing.answers import Endpoint as Endpoint
    from emulator.testing.answers import Info as Info
    from emulator.testing.answers import Near as Near
    from emulator.testing.answers import Part as Part
    from emulator.testing.answers import Reason as Reason
    from emulator.testing.answers import Removed as Removed
    from emulator.testing.answers import Rotation as Rotation
    from emulator.testing.answers import Scenario as Scenario
    from emulator.testing.answers import Verification as Verification
    from emulator.testing.asking import UNSET as UNSET
    from emulator.testing.async_client import AsyncClient as AsyncClient
    from emulator.testing.client import Client as Client
    from emulator.testing.container import EmulatorContainer as EmulatorContainer
    from emulator.testing.errors import ApiError as ApiError
    from emulator.testing.errors import ClientError as ClientError
    from emulator.testing.errors import Unreachable as Unreachable
    from emulator.testing.events import Event as Event
    from emulator.testing.events import Lost as Lost
    from emulator.testing.per_test import WebhookEmulator as WebhookEmulator
    from emulator.testing.per_test_async import AsyncWebhookEmulator as AsyncWebhookEmulator
    from emulator.testing.records import Attempt as Attempt
    from emulator.testing.records import AttemptError as AttemptError
    from emulator.testing.records import Clock as Clock
    from emulator.testing.records import Counts as Counts
    from emulator.testing.records import Delivery as Delivery
    from emulator.testing.records import Failure as Failure
    from emulator.testing.records import Notification as Notification
    from emulator.testing.records import Request as Request
    from emulator.testing.records import Response as Response
    from emulator.testing.records import Run as Run
    from emulator.testing.records import SentRequest as SentRequest
    from emulator.testing.records import Signature as Signature
    from emulator.testing.thread import EmulatorThread as EmulatorThread
else:
    _HOMES = {
        "answers": (
            "Count",
            "Endpoint",
            "Info",
            "Near",
            "Part",
            "Reason",
            "Removed",
            "Rotation",
            "Scenario",
            "Verification",
        ),
        "asking": ("UNSET",),
        "async_client": ("AsyncClient",),
        "client": ("Client",),
        "container": ("EmulatorContainer",),
        "errors": ("ApiError", "ClientError", "Unreachable"),
        "events": ("Event", "Lost"),
        "per_test": ("WebhookEmulator",),
        "per_test_async": ("AsyncWebhookEmulator",),
        "records": (
            "Attempt",
            "AttemptError",
            "Clock",
            "Counts",
            "Delivery",
            "Failure",
            "Notification",
            "Request",
            "Response",
            "Run",
            "SentRequest",
            "Signature",
        ),
        "thread": ("EmulatorThread",),
    }
    _HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

    def __getattr__(name: str) -> Any:
        if name not in _HOME_OF:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(importlib.import_module(f"{__name__}.{_HOME_OF[name]}"), name)

    def __dir__() -> list[str]:
        return sorted(_HOME_OF)
