"""docs/endpoint-check.md is what its generator prints, and says of every probe what it asks."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from emulator.check.probe import Probe
from emulator.check.probes import PROBES
from tools.endpoint_check_page import page

PAGE = (Path(__file__).parents[2] / "docs" / "endpoint-check.md").read_text(encoding="utf-8")


def test_the_page_is_what_make_docs_writes():
    assert page() == PAGE, "it has changed: make docs"


def test_every_probe_has_a_section_and_no_other_is_there():
    assert re.findall(r"^## (.+)$", PAGE, re.MULTILINE) == [probe.id for probe in PROBES]


@pytest.mark.parametrize("probe", PROBES, ids=lambda probe: probe.id)
def test_what_a_probe_says_fits_into_its_sentences(probe: Probe):
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", probe.id)
    assert all(not text.endswith(".") for text in (probe.title, probe.sends, probe.expects))
    assert all(text.endswith(".") for text in (probe.why, probe.mend))
    assert probe.sends[0].islower() or probe.sends[0].isdigit()
