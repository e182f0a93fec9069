"""Compliancely's own API, as its pages document it (read 2026-11); what they leave open is in ASSUMPTIONS."""

from emulator.answering.compliancely.api import CompliancelyApi
from emulator.answering.compliancely.assumptions import ASSUMPTIONS, Assumption
from emulator.answering.compliancely.replies import not_found
from emulator.scenario.compliancely import CompliancelySettings, Lifetimes, Result

__all__ = [
    "ASSUMPTIONS",
    "Assumption",
    "CompliancelyApi",
    "CompliancelySettings",
    "Lifetimes",
    "Result",
    "not_found",
]
