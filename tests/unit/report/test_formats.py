"""The formats of reports as the API names them."""

from __future__ import annotations

from emulator.report.formats import NAMES, format_named
from emulator.server.api.reports import CONTENT_TYPES


def test_the_api_declares_the_media_types_of_the_formats() -> None:
    assert tuple(format_named(name).media_type for name in NAMES) == CONTENT_TYPES
