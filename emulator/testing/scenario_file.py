"""Scenarios as the API takes them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any


def scenario_json(scenario: str | Mapping[str, Any] | Path) -> Any:
    """A name or a mapping as it is; a file as its text. Raises InvalidInput for a file that cannot be read."""
    if not isinstance(scenario, Path):
        return scenario
    return {"yaml": scenario.read_text()}
