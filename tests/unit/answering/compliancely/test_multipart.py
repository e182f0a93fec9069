from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.answering.compliancely.fields import Upload
from emulator.answering.compliancely.multipart import Malformed, read_multipart
from tests.helpers.compliancely import application, multipart

PATH = "/api/v1/bulk_upload/tin/"


def part(head, data=b"x"):
    return b"--cut\r\n" + head + b"\r\n\r\n" + data + b"\r\n"


END = b"--cut--\r\n"
FIELD = b'Content-Disposition: form-data; name="a"'


@pytest.mark.parametrize(
    ("body", "values"),
    [
        (END, {}),
        (part(FIELD) + END, {"a": ["x"]}),
        (part(FIELD) + END + b"epilogue", {"a": ["x"]}),
        (b"preamble\r\n" + part(FIELD) + END, None),
        (part(FIELD) + part(FIELD, b"y") + END, {"a": ["x", "y"]}),
        (part(FIELD, b"\r\n--cu\r\n--cut") + END, None),
        (part(FIELD, b"--cut in a line\r\n--cu") + END, {"a": ["--cut in a line\r\n--cu"]}),
        (part(b'content-disposition: FORM-DATA; name="a"') + END, {"a": ["x"]}),
        (part(b"Content-Disposition: form-data; name=a") + END, {"a": ["x"]}),
        (part(b"Content-Disposition: form-data") + END, {}),
        (part(b"Content-Type: text/plain") + END, {}),
        (part(FIELD, b"\xff\xfe") + END, {"a": ["\ufffd\ufffd"]}),
        (
            part(FIELD + b'; filename="b.csv"', b"\x00\r\n\xff") + END,
            {"a": [Upload("b.csv", b"\x00\r\n\xff")]},
        ),
        (part(FIELD + b'; filename=""', b"") + END, {}),
        (part(FIELD + b"; filename*=UTF-8''caf%C3%A9.csv") + END, {"a": [Upload("café.csv", b"x")]}),
        (part(FIELD + b'; filename="../../b.csv"') + END, {"a": [Upload("b.csv", b"x")]}),
        (b"", None),
        (b"--cut", None),
        (part(FIELD), None),
        (part(FIELD)[:-1], None),
        (b"no boundary at all", None),
        (b"--cut\r\nno colon\r\n\r\nx\r\n" + END, None),
        (b"--cut\r\n" + b"X-Long: " + b"a" * 100_000 + b"\r\n\r\nx\r\n" + END, None),
        (b"--cut\r\n" + b"X-Many: a\r\n" * 10_000 + b"\r\nx\r\n" + END, None),
        (part(FIELD) * 1_000 + END, {"a": ["x"] * 1_000}),
        (part(FIELD) * 1_001 + END, None),
    ],
)
def test_bodies(body, values):
    if values is not None:
        assert read_multipart(body, b"cut") == values
        return
    with pytest.raises(Malformed):
        read_multipart(body, b"cut")


@pytest.mark.parametrize(
    "kind",
    [
        "multipart/form-data",
        "multipart/form-data; boundary=",
        'multipart/form-data; boundary=""',
        "multipart/form-data; boundary=" + "a" * 201,
        "multipart/form-data; boundary=other",
        "multipart/form-data; boundary",
    ],
)
def test_a_wrong_boundary_is_malformed(kind):
    body, _ = multipart(("file", "a.csv", b"name,tin\nA,900000006\n"))
    heard = application().call("POST", PATH, body, ("Content-Type", kind))
    assert heard.status == 400
    assert heard.json["detail"].startswith("Multipart form parse error - ")


@pytest.mark.parametrize(
    "kind",
    [
        'multipart/form-data; boundary="cut"',
        "Multipart/Form-Data;charset=utf-8;BOUNDARY=cut",
        "multipart/form-data;boundary=cut",
    ],
)
def test_spellings_of_the_content_type(kind):
    body, _ = multipart(("file", "a.csv", b"name,tin\nA,900000006\n"))
    assert application().call("POST", PATH, body, ("content-type", kind)).status == 201


PIECES = [
    b"--cut",
    b"--",
    b"\r\n",
    b"\n",
    FIELD,
    b'; filename="a.csv"',
    b": ",
    b"x",
    b"\x00",
    b"\xff",
    END,
    b'"',
    b";",
]


@given(st.lists(st.sampled_from(PIECES), max_size=30).map(b"".join))
def test_no_pieces_make_it_fail_otherwise_than_as_malformed(body):
    with suppress(Malformed):
        read_multipart(body, b"cut")
