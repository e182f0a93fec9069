"""Faults: how a provider misbehaves on purpose, one way per module.

seam.py       what every fault promises
planned.py    a fault in its place: on which attempts, and what is expected of the endpoint
form.py       `faults` as a scenario writes them
"""

from emulator.fault.planned import Extra, Planned, changing, extras, on_attempt
from emulator.fault.seam import PLAIN, Again, Expects, Fault, Manner, Sending, Signing

__all__ = [
    "PLAIN",
    "Again",
    "Expects",
    "Extra",
    "Fault",
    "Manner",
    "Planned",
    "Sending",
    "Signing",
    "changing",
    "extras",
    "on_attempt",
]
