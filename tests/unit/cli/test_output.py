"""Tables and streams."""

from __future__ import annotations

import io
import sys

import pytest

from emulator.cli.output import prepare_streams, put, put_json, table


def test_columns_are_as_wide_as_their_widest_cell():
    rows = [("NAME", "N", "WHAT"), ("a", "100", "one"), ("longer", "2", "")]
    assert table(rows) == "NAME    N    WHAT\na       100  one\nlonger  2"


def test_the_last_column_goes_on_below():
    told = table([("a", "one two three four five six seven eight nine ten")], width=40)
    assert told == "a  one two three four five six seven\n   eight nine ten"


def test_json_keeps_its_characters(capsys):
    put_json({"name": "Café"}, line=True)
    assert capsys.readouterr().out == '{"name": "Café"}\n'


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252"])
def test_pipes_and_files_get_utf_8_whatever_the_locale(monkeypatch: pytest.MonkeyPatch, encoding: str):
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding=encoding))
    prepare_streams()
    put("Café 🎉 \udc80")
    assert raw.getvalue() == "Café 🎉 \\udc80\n".encode()
