import io
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from emulator.answering.compliancely.fields import Invalid, Upload
from emulator.answering.compliancely.records import Record, sort_records
from emulator.answering.compliancely.table import MOST_UNPACKED, read_rows

XLS = (Path(__file__).parent / "files" / "suppliers.xls").read_bytes()


def xlsx(*rows):
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Vendors")
    for row in rows:
        sheet.append(row)
    book.create_sheet("Other").append(["nothing"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


XLSX = xlsx(["name", "tin"], ["A", "900000006"])


def changed(data, name, change):
    """An xlsx file with one part of it changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            held = old.read(part)
            new.writestr(part, change(held) if part == name else held)
    return out.getvalue()


def read(name, data):
    return sort_records(read_rows(Upload(name, data)))


def test_an_xlsx_file():
    data = xlsx(
        ["Legal Name", "City", "TIN"],
        ["Larkspur Tool Hire", None, 900000006],
        ["Ben & Jerry", "X", "012345670"],
        [None, None, None],
        ["Short", None, 12345678],
        ["Larkspur Tool Hire", None, 900000006.0],
    )
    records = read("a.XLSX", data)
    assert records.regular == [
        Record(2, "Larkspur Tool Hire", "900000006"),
        Record(3, "Ben & Jerry", "012345670"),
    ]
    assert records.duplicates == [Record(6, "Larkspur Tool Hire", "900000006")]
    assert [record for record, _ in records.wrong] == [Record(5, "Short", "12345678")]


def test_an_xls_file():
    records = read("suppliers.xls", XLS)
    assert records.regular == [
        Record(2, "Larkspur Tool Hire", "900000006"),
        Record(3, "Ben & Jerry", "012345670"),
    ]
    assert records.duplicates == [Record(6, "Larkspur Tool Hire", "900000006")]
    assert [record for record, _ in records.wrong] == [Record(5, "Short", "12345678")]


@pytest.mark.parametrize(
    "text",
    [
        "name,tin\nA,900000006\n",
        "Tin Number,Business Name\r\n900000006,A\r\n",
        "\ufefftin,name\n900000006,A\n",
        "id,supplier_name,supplier_tin,rating\n1,A,900000006,5\n",
        "A,900000006\n",
        "900000006,A\n",
        '\n\n"name","tin"\n"A"," 900000006 "\n',
        "name,tin\rA,900000006\r",
    ],
)
def test_columns_are_found_by_their_headings_or_by_nine_digits(text):
    (record,) = read("a.csv", text.encode()).regular
    assert (record.name, record.tin) == ("A", "900000006")


def test_short_rows_are_wrong_rows():
    records = read("a.csv", b"name,tin\nA\n")
    assert [told for _, told in records.wrong] == ["tin: This field may not be blank."]


def test_a_csv_file_that_is_not_utf_8_is_read_as_windows_wrote_it():
    (record,) = read("a.csv", b"name,tin\nCaf\xe9,900000006\n").regular
    assert record.name == "Café"


def test_an_xlsx_file_that_lies_about_its_size_is_read_by_its_rows():
    data = changed(
        XLSX,
        "xl/worksheets/sheet1.xml",
        lambda held: held.replace(b'ref="A1:B2"', b'ref="A1:XFD1048576"'),
    )
    assert len(read("a.xlsx", data).regular) == 1


def test_an_xlsx_file_with_a_cell_far_out_is_read():
    data = changed(
        XLSX,
        "xl/worksheets/sheet1.xml",
        lambda held: held.replace(
            b"</sheetData>", b'<row r="1048576"><c r="XFD1048576" t="n"><v>1</v></c></row></sheetData>'
        ),
    )
    assert len(read("a.xlsx", data).regular) == 1


def test_an_xlsx_file_that_unpacks_to_too_much_is_refused():
    out = io.BytesIO(XLSX)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("bomb", bytes(MOST_UNPACKED))
    assert len(out.getvalue()) < 200_000
    with pytest.raises(Invalid, match="could not be read as xlsx"):
        read("a.xlsx", out.getvalue())


def test_an_xlsx_file_whose_entities_grow_is_refused():
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    bomb = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e0 "lol">{entities}]>'.encode()
    data = changed(
        XLSX,
        "xl/worksheets/sheet1.xml",
        lambda held: bomb + held.replace(b"</sheetData>", b"</sheetData><x>&e11;</x>"),
    )
    with pytest.raises(Invalid, match="could not be read as xlsx"):
        read("a.xlsx", data)


@given(st.sampled_from(["a.csv", "a.xlsx", "a.xls"]), st.binary(max_size=400))
def test_no_bytes_make_reading_fail_otherwise_than_as_invalid(name, data):
    with suppress(Invalid):
        read(name, data)


@given(st.data(), st.sampled_from(["xls", "xlsx"]))
def test_no_damaged_sheet_makes_reading_fail_otherwise_than_as_invalid(data, kind):
    good = XLS if kind == "xls" else XLSX
    damaged = bytearray(good)
    for place in data.draw(st.lists(st.integers(0, len(good) - 1), max_size=8)):
        damaged[place] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(good)))
    with suppress(Invalid):
        read(f"a.{kind}", bytes(damaged[cut:] if data.draw(st.booleans()) else damaged[: cut or None]))


def test_reading_prints_nothing(capfd):
    for name in ("a.xls", "a.xlsx"):
        with pytest.raises(Invalid):
            read(name, XLS[:1000])
    assert capfd.readouterr() == ("", "")
