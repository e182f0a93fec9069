"""The JSONPath expressions of the page about the API, tried on a body that fits and on one that nearly does."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from emulator.document import from_json, read
from emulator.matcher import Message, message_shape

PAGE = (Path(__file__).parents[2] / "docs" / "api.md").read_text()
ROWS = re.findall(r"^\| `(\{\"\$.+\})` \|", PAGE, re.MULTILINE)
FITS = {
    "items": [{"id": 6, "price": 5, "name": "Rope"}, {"id": 7, "price": 12, "name": "Lift"}],
    "tags": ["eu-east", "eu-west"],
    "both": ["a", "b"],
}
NEARLY = {
    "items": [{"id": 7, "price": 10, "name": "Lift"}, {"id": 8, "price": 12, "gift": 1, "name": "Lift"}],
    "tags": ["eu-east", "us-west"],
    "both": ["a", "b", "c"],
}


@pytest.mark.parametrize("written", ROWS)
def test_an_example_fits_what_the_page_says(written: str) -> None:
    matcher = read(from_json({"json": json.loads(written)}), message_shape())
    assert matcher.fits(Message(body=json.dumps(FITS)))
    assert not matcher.fits(Message(body=json.dumps(NEARLY)))


def test_there_are_examples() -> None:
    assert len(ROWS) == 4
