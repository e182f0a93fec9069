"""The records of the journal: frozen values that hold what the contract's JSON forms show.

Moments are integer microseconds since 1970; those called `…_wall` are of the real clock, all others of the run's
emulated clock. `to_json` of each record gives its public form. A secret is never part of a record.
"""

from __future__ import annotations

from emulator.endpoint import Endpoint, Unregistered
from emulator.record.attempt import AttemptError, AttemptRecord, ErrorKind, Result, SignatureRecord
from emulator.record.delivery import DeliveryRecord, DeliveryState
from emulator.record.message import Headers, Request, Response, body_json
from emulator.record.notification import NotificationRecord
from emulator.record.request import RequestRecord
from emulator.record.run import Counts, Expected, Failure, Plan, RunRecord, RunState, Verdict

Record = (
    RunRecord
    | DeliveryRecord
    | AttemptRecord
    | NotificationRecord
    | RequestRecord
    | Plan
    | Endpoint
    | Unregistered
)

__all__ = [
    "AttemptError",
    "AttemptRecord",
    "Counts",
    "DeliveryRecord",
    "DeliveryState",
    "ErrorKind",
    "Expected",
    "Failure",
    "Headers",
    "NotificationRecord",
    "Plan",
    "Record",
    "Request",
    "RequestRecord",
    "Response",
    "Result",
    "RunRecord",
    "RunState",
    "SignatureRecord",
    "Verdict",
    "body_json",
]
