"""Every relative link of the pages leads to a file, and where it names a heading, to one that is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
LINKS = [
    (page, link)
    for page in PAGES
    for link in dict.fromkeys(re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")))
    if not re.match(r"[a-z]+:", link)
]


def headings(page: Path) -> set[str]:
    text = re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    titles = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize(
    ("page", "link"), LINKS, ids=lambda value: value.name if isinstance(value, Path) else value
)
def test_a_relative_link_leads_somewhere(page: Path, link: str):
    path, _, heading = link.partition("#")
    leads = page.parent / path if path else page
    assert leads.exists()
    assert not heading or heading in headings(leads)
