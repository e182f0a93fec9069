import csv
import io

import pytest

from emulator.answering.compliancely import Result
from emulator.answering.seam import Call
from emulator.duration import SECOND
from tests.helpers.compliancely import HOOK, START, Heard, application, multipart

PATH = "/api/v1/bulk_upload/tin/"
FILE = b"""name,tin
Larkspur Tool Hire,900000006
Ben & Jerry,900000000
Larkspur Tool Hire,900000006
O'Hara,12
"Quoted, Inc",900000001

Caf\xc3\xa9,900000003
"""


def fetched(app, url, host="http://emulator:4622/compliancely"):
    assert url.startswith(host)
    return app.get(url.removeprefix(host))


def rows(heard: Heard):
    assert heard.header("Content-Type") == "text/csv"
    return list(csv.reader(io.StringIO(heard.answered.reply.body.decode(), newline="")))


def test_a_job_is_pending_at_first():
    app = application()
    app.at = 0.5
    heard = app.upload("suppliers 2025.csv", FILE)
    assert (heard.status, heard.emissions) == (201, ())
    assert list(heard.json) == ["success_message", "data", "success"]
    data = heard.json["data"]
    url = data.pop("input_file_url")
    assert url.startswith("http://emulator:4622/compliancely/media/bulk_upload/120/")
    assert url.endswith("/input.csv")
    assert list(data.items()) == [
        ("id", 120),
        ("regular_file_url", None),
        ("result_file_url", None),
        ("error_file_url", None),
        ("duplicate_record_file_results", []),
        ("original_file_name", "suppliers 2025.csv"),
        ("status", "Pending"),
        ("priority", 5),
        ("result_updated_at", None),
        ("created_by", "demo-user"),
        ("created_at", "2026-01-05T09:00:00.500000Z"),
        ("updated_at", "2026-01-05T09:00:00.500000Z"),
    ]


def test_the_webhook_carries_what_get_answers():
    app = application()
    asked = app.upload("a.csv", FILE, ("webhook_urls", HOOK), ("priority", "9"))
    path = f"{PATH}{asked.json['data']['id']}"
    assert app.get(path).json == asked.json
    app.at = 2
    heard = app.get(path)
    (emission,) = asked.emissions
    assert (emission.event, emission.type, emission.delay_us) == ("bulk_tin", "bulk_tin", 2 * SECOND)
    assert (emission.targets, emission.data) == ((HOOK,), heard.json)
    data = heard.json["data"]
    assert (data["status"], data["priority"]) == ("Completed", 9)
    assert data["result_updated_at"] == data["updated_at"] == "2026-01-05T09:00:02.000000Z"
    assert data["duplicate_record_file_results"] == [
        {"row": 4, "name": "Larkspur Tool Hire", "tin": "900000006"}
    ]


def test_the_files_of_a_job_are_csv():
    app = application()
    number = app.upload("a.csv", FILE).json["data"]["id"]
    app.at = 2
    data = app.get(f"{PATH}{number}").json["data"]
    app.headers = ()
    assert fetched(app, data["input_file_url"]).answered.reply.body == FILE
    assert rows(fetched(app, data["regular_file_url"])) == [
        ["name", "tin"],
        ["Larkspur Tool Hire", "900000006"],
        ["Ben & Jerry", "900000000"],
        ["Café", "900000003"],
    ]
    assert rows(fetched(app, data["result_file_url"])) == [
        ["name", "tin", "status", "irs_code", "irs_reason"],
        ["Larkspur Tool Hire", "900000006", "TIN Matched", "6", "TIN and name match IRS records (SSN)."],
        ["Ben & Jerry", "900000000", "TIN Matched", "0", "TIN and name match IRS records."],
        ["Café", "900000003", "Did Not Match", "3", "TIN and Name combination does not match IRS records."],
    ]
    pattern = "This value does not match the required pattern."
    assert rows(fetched(app, data["error_file_url"])) == [
        ["row", "name", "tin", "error"],
        ["5", "O'Hara", "12", f"name: {pattern} tin: {pattern}"],
        ["6", "Quoted, Inc", "900000001", f"name: {pattern}"],
    ]


def test_files_that_would_be_empty_are_null():
    app = application()
    good = app.upload("a.csv", b"name,tin\nA,900000006\n").json["data"]["id"]
    bad = app.upload("a.csv", b"name,tin\nA,9\n").json["data"]["id"]
    app.at = 2
    data = app.get(f"{PATH}{good}").json["data"]
    assert data["error_file_url"] is None
    assert data["result_file_url"].endswith("/result.csv")
    data = app.get(f"{PATH}{bad}").json["data"]
    assert (data["status"], data["regular_file_url"], data["result_file_url"]) == ("Completed", None, None)
    assert data["error_file_url"].endswith("/error.csv")


def test_a_file_is_not_there_before_its_job_is_done_nor_under_another_key():
    app = application()
    data = app.upload("a.csv", FILE).json["data"]
    base = data["input_file_url"].removeprefix("http://emulator:4622/compliancely").removesuffix("/input.csv")
    number, key = base.split("/")[-2:]
    assert app.get(f"{base}/result.csv").status == 404
    app.at = 2
    assert app.get(f"{base}/result.csv").status == 200
    for wrong in (
        f"{base}/other.csv",
        f"{base}/input.xls",
        f"/media/bulk_upload/{number}/{key[::-1]}/result.csv",
    ):
        heard = app.get(wrong)
        assert (heard.status, heard.json) == (404, {"detail": "Not found."})
    for wrong in ("٣", "x", "9" * 5_000):
        assert app.get(f"/media/bulk_upload/{wrong}/{key}/result.csv").status == 404


@pytest.mark.parametrize(
    ("host", "prefix", "base"),
    [
        ("localhost:4622", "/compliancely", "http://localhost:4622/compliancely/media/"),
        ("[::1]:80", "/runs/run_1/compliancely", "http://[::1]:80/runs/run_1/compliancely/media/"),
        ('a b"<', "/compliancely", "http://localhost:4622/compliancely/media/"),
        ("", "/compliancely", "http://localhost:4622/compliancely/media/"),
    ],
)
def test_files_are_named_below_the_address_that_was_called(host, prefix, base):
    heard = application(prefix=prefix).upload("a.csv", FILE, host=host)
    assert heard.json["data"]["input_file_url"].startswith(base)


def test_a_job_is_done_when_its_last_result_is_there():
    results = {
        "900000001": Result(irs_code=1, after_us=50 * SECOND),
        "900000002": Result(irs_code=10, after_us=60 * SECOND, then=Result(irs_code=8, after_us=SECOND)),
        "900000003": Result(irs_code=-1),
    }
    app = application(results=results)
    file = b"name,tin\n" + b"".join(b"A,90000000%d\n" % digit for digit in range(4))
    heard = app.upload("a.csv", file, ("webhook_urls", HOOK))
    assert [emission.delay_us for emission in heard.emissions] == [61 * SECOND]
    app.at = 61
    data = app.get(f"{PATH}{heard.json['data']['id']}").json["data"]
    assert [row[3] for row in rows(fetched(app, data["result_file_url"]))[1:]] == ["0", "1", "8", "-1"]


def test_three_urls_are_three_targets():
    urls = [HOOK, HOOK + "/2", HOOK + "/3"]
    heard = application().upload("a.csv", FILE, *[("webhook_urls", url) for url in urls])
    assert heard.emissions[0].targets == tuple(urls)


@pytest.mark.parametrize("url", ["x", "ftp://a.test"])
def test_a_wrong_url_is_told(url):
    heard = application().upload("a.csv", FILE, ("webhook_urls", url))
    assert (heard.status, heard.json) == (400, {"webhook_urls": ["Enter a valid URL."]})


@pytest.mark.parametrize(
    ("priority", "told"),
    [
        ("0", "Ensure this value is greater than or equal to 1."),
        ("-3", "Ensure this value is greater than or equal to 1."),
        ("11", "Ensure this value is less than or equal to 10."),
        ("high", "A valid integer is required."),
        ("5.5", "A valid integer is required."),
        ("", "A valid integer is required."),
        ("9" * 5_000, "A valid integer is required."),
    ],
)
def test_a_priority_is_a_number_from_1_to_10(priority, told):
    heard = application().upload("a.csv", FILE, ("priority", priority))
    assert (heard.status, heard.json) == (400, {"priority": [told]})


@pytest.mark.parametrize(("priority", "number"), [("1", 1), ("10", 10), (" 7 ", 7), ("3.0", 3)])
def test_good_priorities_are_taken(priority, number):
    assert application().upload("a.csv", FILE, ("priority", priority)).json["data"]["priority"] == number


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("a.csv", b"", "The submitted file is empty."),
        ("a.csv", b"\n\n , \n", "The file holds no records."),
        ("a.csv", b"name,tin\n", "The file holds no records."),
        ("a.csv", b"foo,bar\nA,1\n", "The file must have the columns name and tin."),
        ("a.csv", b"name;tin\nA;900000006\n", "The file must have the columns name and tin."),
        ("a.csv", b"900000006\n", "The file must have the columns name and tin."),
        ("a.txt", FILE, "File extension “txt” is not allowed. Allowed extensions are: csv, xlsx, xls."),
        ("noextension", FILE, "File extension “” is not allowed. Allowed extensions are: csv, xlsx, xls."),
        ("a.xlsx", FILE, "The file could not be read as xlsx."),
        ("a.xls", FILE, "The file could not be read as xls."),
        ("a.csv", b"name,tin\n" + b"x" * 200_000, "The file could not be read as csv."),
        ("a.csv", b"x" * (6 * 1024 * 1024 + 1), "The file may not be larger than 6 MB."),
    ],
)
def test_wrong_files_are_told(name, data, told):
    heard = application().upload(name, data, ("webhook_urls", HOOK))
    assert (heard.status, heard.json, heard.emissions) == (400, {"file": [told]}, ())


def test_a_file_must_be_there_and_be_one():
    app = application()
    assert app.post(PATH, {}).json == {"file": ["No file was submitted."]}
    told = "The submitted data was not a file. Check the encoding type on the form."
    assert app.post(PATH, {"file": "name,tin"}).json == {"file": [told]}
    body, kind = multipart(("file", "", b""))
    assert app.call("POST", PATH, body, ("Content-Type", kind)).json == {"file": ["No file was submitted."]}


def test_a_file_that_is_no_bigger_than_6_mb_is_taken():
    data = (b"name,tin\nA,900000006\n" + (b" " * 1023 + b"\n") * 6 * 1024)[: 6 * 1024 * 1024]
    assert application().upload("a.csv", data).status == 201


@pytest.mark.parametrize("name", ["/etc/passwd/a.csv", "C:\\Users\\me\\a.csv", "..\\..\\a.csv"])
def test_the_name_of_a_file_is_its_last_part(name):
    assert application().upload(name, FILE).json["data"]["original_file_name"] == "a.csv"


def thousand(count):
    return "name,tin\n" + "".join(f"Supplier {number},{900_000_000 + number}\n" for number in range(count))


def test_a_thousand_rows():
    app = application()
    number = app.upload("a.csv", thousand(1_000).encode()).json["data"]["id"]
    app.at = 2
    result = rows(fetched(app, app.get(f"{PATH}{number}").json["data"]["result_file_url"]))
    assert len(result) == 1_001
    assert result[-1][:4] == ["Supplier 999", "900000999", "TIN Matched", "0"]
    codes = [row[3] for row in result[1:]]
    assert {code: codes.count(code) for code in sorted(codes)} == {"0": 200} | {
        str(d): 100 for d in range(1, 9)
    }


def test_a_hundred_thousand_records_are_taken_and_one_more_is_not():
    text = thousand(100_000)
    assert application().upload("a.csv", text.encode()).status == 201
    heard = application().upload("a.csv", f"{text}Last,900000001\n".encode())
    assert (heard.status, heard.json) == (400, {"file": ["The file may hold at most 100,000 records."]})


def test_a_file_costs_a_credit_for_each_record():
    app = application(credits=7)
    assert app.upload("a.csv", FILE).status == 201
    heard = app.upload("a.csv", FILE)
    assert (heard.status, heard.json) == (403, {"code": "credit_message", "message": "Credit limit reached!"})
    assert app.upload("a.csv", b"name,tin\nA,900000006\n").status == 201


def test_the_files_of_few_large_jobs_are_kept_and_the_newest_always():
    app = application()
    large = (b"name,tin,more\nA,900000006,\n" + (b" " * 1023 + b"\n") * 5_500)[: 5 * 1024 * 1024]
    numbers = [app.upload("a.csv", large).json["data"]["id"] for _ in range(14)]
    kept = [number for number in numbers if app.get(f"{PATH}{number}").status == 200]
    assert kept == numbers[2:]


def test_an_unknown_job_is_not_found():
    assert application().get(PATH + "1").json == {"detail": "Not found."}


def test_an_upload_needs_credentials():
    app = application()
    app.headers = ()
    assert app.upload("a.csv", FILE).status == 401


def test_head_is_answered_as_get():
    app = application()
    data = app.upload("a.csv", FILE).json["data"]
    path = data["input_file_url"].removeprefix("http://emulator:4622/compliancely")
    answered = app.api.answer(Call(method="HEAD", path=path, at=START, wall=START))
    assert answered is not None
    assert (answered.reply.status, answered.route) == (200, "HEAD /media/bulk_upload/{id}/{key}/{file}")
