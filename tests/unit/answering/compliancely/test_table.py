import io
import tracemalloc
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from emulator.answering.compliancely import xlsx as reading
from emulator.answering.compliancely.fields import Invalid, Upload
from emulator.answering.compliancely.records import Record, sort_records
from emulator.answering.compliancely.table import read_rows
from emulator.answering.compliancely.xlsx import MOST_UNPACKED

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


SHEET = "xl/worksheets/sheet1.xml"


def with_rows(rows):
    """An xlsx file whose rows are these, after the headings."""
    return changed(
        xlsx(["name", "tin"]),
        SHEET,
        lambda held: held.replace(b"</sheetData>", rows.encode() + b"</sheetData>"),
    )


def shared(rows, *texts, folder=""):
    """An xlsx file as Excel writes them, whose cells share texts; the first two are the headings."""
    strings = "".join(f"<si><t>{text}</t></si>" for text in ("name", "tin", *texts))
    heads = '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>'
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    related = '<Relationship Id="{}" Type="{}/{}" Target="{}"/>'
    parts = {
        "_rels/.rels": related.format(
            "rId1", kind, "officeDocument", f"{folder}book.xml" if folder else "xl/book.xml"
        ),
        "xl/book.xml": '<sheets><sheet name="a" r:id="rId4"/><sheet name="b" r:id="rId2"/></sheets>',
        "xl/_rels/book.xml.rels": related.format("rId4", kind, "chartsheet", f"{folder}c.xml")
        + related.format("rId2", kind, "worksheet", f"{folder}sheets/a.xml")
        + related.format("rId1", kind, "sharedStrings", f"{folder}strings.xml"),
        "xl/strings.xml": strings,
        "xl/sheets/a.xml": f"<sheetData>{heads}{rows}</sheetData>",
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        for path, held in parts.items():
            book.writestr(path, f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><x>{held}</x>')
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
        "TIN Type,TIN,Name\nEIN,900000006,A\n",
        "Name of city,tin,NAME \nX,900000006,A\n",
        "Name on TIN record,TIN number\nA,900000006\n",
        "TIN,Name (as in TIN records)\n900000006,A\n",
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
    data = changed(XLSX, SHEET, lambda held: held + b" " * MOST_UNPACKED)
    assert len(data) < 200_000
    with pytest.raises(Invalid, match="could not be read as xlsx"):
        read("a.xlsx", data)


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ('<row r="1048577"><c><v>1</v></c></row>', "at most 1,048,576 rows, blank ones included"),
        (f"<row><c><v>{'1' * 32_768}</v></c></row>", "at most 32,767 characters"),
        ("<a>" * 70 + "</a>" * 70, "could not be read as xlsx"),
        (f'<row spans="{"1" * 1_200_000}"/>', "could not be read as xlsx"),
        ("".join(f"<a{n}/>" for n in range(1_001)), "could not be read as xlsx"),
        ('<row r="2"/><row r="2"/>', "could not be read as xlsx"),
        ('<row><c t="s"><v>9</v></c></row>', "could not be read as xlsx"),
    ],
)
def test_an_xlsx_file_that_would_grow_or_is_none_is_refused(rows, told):
    with pytest.raises(Invalid, match=told):
        read("a.xlsx", with_rows(rows))


def test_a_text_that_many_cells_share_counts_each_time():
    data = shared('<row><c t="s"><v>2</v></c><c><v>900000006</v></c></row>' * 300, "A" * 30_000)
    assert len(data) < 10_000
    with pytest.raises(Invalid, match="at most 8,000,000 characters together"):
        read("a.xlsx", data)


def test_a_text_that_is_too_long_is_refused_before_any_cell_shares_it():
    with pytest.raises(Invalid, match="at most 32,767 characters"):
        read("a.xlsx", shared("", "A" * 32_768))


@pytest.mark.parametrize("folder", ["", "/xl/"])
def test_texts_that_cells_share_are_read_as_excel_writes_them(folder):
    rows = """
        <row r="2" spans="1:2"><c r="A2" t="s"><v>2</v></c><c r="B2" t="s"><v>3</v></c></row>
        <row r="3"><c r="A3" t="s"><v>4</v></c><c r="B3"><v>900000000</v></c></row>"""
    runs = '</t></r><r><rPr><b/></rPr><t xml:space="preserve"> &amp; Co</t></r><rPh sb="0" eb="1"><t>x</t></rPh><r><t>'
    data = shared(rows, "Larkspur", "012345670", f"</t><r><t>Ben{runs}</t></r><t>", folder=folder)
    records = read("a.xlsx", data)
    assert records.regular == [Record(2, "Larkspur", "012345670"), Record(3, "Ben & Co", "900000000")]


def test_a_row_of_many_cells_is_not_held_in_memory():
    data = with_rows("<row>" + "<c><v>1</v></c>" * 100_000 + "</row>")
    tracemalloc.start()
    try:
        (record,) = [record for record, _ in read("a.xlsx", data).wrong]
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (record.name, record.tin) == ("1", "1")
    assert peak < 3_000_000


def test_an_xlsx_file_of_too_many_cells_is_refused(monkeypatch):
    monkeypatch.setattr(reading, "MOST_ELEMENTS", 1_000)
    with pytest.raises(Invalid, match="holds too many cells"):
        read("a.xlsx", with_rows("<row>" + "<c><v>1</v></c>" * 500 + "</row>"))


def test_an_xlsx_file_of_too_much_text_is_refused(monkeypatch):
    monkeypatch.setattr(reading, "MOST_TEXT", 1_000)
    with pytest.raises(Invalid, match="holds too much text"):
        read("a.xlsx", with_rows("<row><c><v>" + "1" * 600 + "</v></c><c><v>" + "1" * 600 + "</v></c></row>"))


def test_blank_rows_of_a_csv_file_count():
    with pytest.raises(Invalid, match="at most 1,048,576 rows, blank ones included"):
        read("a.csv", b"\n" * 1_048_577)


def test_a_long_cell_of_a_csv_file_is_refused():
    with pytest.raises(Invalid, match="at most 32,767 characters"):
        read("a.csv", b"name,tin,more\nA,900000006," + b"x" * 32_768)


@pytest.mark.parametrize(
    ("cells", "row"),
    [
        ('<c t="inlineStr"><is><r><t>Ben </t></r><r><t>Ltd</t></r></is></c>', ["Ben Ltd"]),
        ('<c t="inlineStr"><is><t>\u6771</t><rPh sb="0" eb="1"><t>a</t></rPh></is></c>', ["\u6771"]),
        ('<c t="str"><f>A1&amp;"x"</f><v>namex</v></c>', ["namex"]),
        ("<c><v>9.00000006E8</v></c><c><v>1.5</v></c>", ["900000006", "1.5"]),
        ('<c t="b"><v>1</v></c><c t="e"><v>#N/A</v></c>', ["True", "#N/A"]),
        ('<c r="C2"><v>3</v></c><c><v>4</v></c>', ["", "", "3", "4"]),
        ('<c r="BL2"><v>3</v></c><c r="BM2"><v>4</v></c><c r="A2"><v>1</v></c>', ["1", *[""] * 62, "3"]),
        ('<c t="s"/><c><v></v></c>', []),
    ],
)
def test_every_kind_of_cell_of_an_xlsx_file_is_read(cells, row):
    rows = list(read_rows(Upload("a.xlsx", with_rows(f"<row>{cells}</row>"))))
    assert rows == [["name", "tin"], row]


def test_an_xlsx_file_whose_elements_have_prefixes_is_read():
    def prefixed(held):
        return held.replace(b"<", b"<x:").replace(b"<x:/", b"</x:").replace(b"xmlns=", b"xmlns:x=")

    assert len(read("a.xlsx", changed(XLSX, SHEET, prefixed)).regular) == 1


def test_what_follows_the_rows_of_an_xlsx_file_is_no_row():
    data = changed(
        XLSX, SHEET, lambda held: held.replace(b"</sheetData>", b"</sheetData><a><row><c/></row></a>")
    )
    assert read("a.xlsx", data).total == 1


@settings(max_examples=30)
@given(
    st.lists(
        st.lists(
            st.none()
            | st.integers(-(10**9), 10**10)
            | st.integers(-(10**9), 10**10).map(lambda number: number / 4)
            | st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), min_size=1)
        ).filter(lambda row: not any(str(cell).startswith("=") for cell in row)),
        max_size=5,
    )
)
def test_an_xlsx_file_gives_back_what_was_written(rows):
    def shown(cell):
        if cell is None:
            return ""
        return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell).strip()

    def without_blanks(row):
        return row if not row or row[-1] else without_blanks(row[:-1])

    told = list(read_rows(Upload("a.xlsx", xlsx(*rows))))
    assert [without_blanks(row) for row in told] == [
        without_blanks([shown(c) for c in row[:64]]) for row in rows
    ]


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


@pytest.mark.parametrize("entity", ['"A"', 'SYSTEM "file:///etc/hostname"'])
def test_an_xlsx_file_that_declares_an_entity_is_refused(entity):
    declared = f"<!DOCTYPE x [<!ENTITY e {entity}>]><worksheet".encode()
    data = changed(
        with_rows('<row><c t="str"><v>&e;</v></c></row>'),
        SHEET,
        lambda held: held.replace(b"<worksheet", declared, 1),
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
