"""Bulk files of TINs: `POST /api/v1/bulk_upload/tin/`, the job by its id, and the files that it names."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from emulator.answering.compliancely import fields
from emulator.answering.compliancely.credit import CODE, MESSAGE, Credit
from emulator.answering.compliancely.fields import Form, Invalid, Upload
from emulator.answering.compliancely.match import Stage, reason, stages, status
from emulator.answering.compliancely.moments import exact
from emulator.answering.compliancely.records import Record, Records, sort_records
from emulator.answering.compliancely.replies import Refused, answer, detail, header
from emulator.answering.compliancely.request import Handled, Request, as_id
from emulator.answering.compliancely.sandbox import decide
from emulator.answering.compliancely.shelf import Shelf, digest
from emulator.answering.compliancely.table import extension, read_rows
from emulator.answering.seam import Call, Emission, Reply
from emulator.scenario.compliancely import CompliancelySettings, Result

MOST_BYTES = 6 * 1024 * 1024
MOST_KEPT = 100
MOST_KEPT_BYTES = 64 * 1024 * 1024
"""Jobs whose files are kept, and what these may come to together; the oldest goes first."""

FILES = "/media/bulk_upload"
UPLOADED = "File uploaded successfully."
DEFAULT_PRIORITY = 5

_DUPLICATE_BYTES = 400

_CSV = "text/csv"
_MEDIA_TYPES = {
    "csv": _CSV,
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xls": "application/vnd.ms-excel",
}
_HOST = re.compile(r"[A-Za-z0-9._\[\]:-]{1,255}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Job:
    id: int
    key: str
    base: str
    file: Upload
    priority: int
    created_by: str
    duplicates: Sequence[Mapping[str, Any]]
    results: Mapping[str, bytes]
    created_at: int
    done_at: int

    def object(self, moment: int) -> dict[str, Any]:
        """What POST and GET answer, and a webhook carries."""
        done = self.done_at <= moment
        updated = exact(self.done_at if done else self.created_at)
        data = {
            "id": self.id,
            "input_file_url": f"{self.base}/input.{extension(self.file.name)}",
            "regular_file_url": self._url("regular.csv", done=done),
            "result_file_url": self._url("result.csv", done=done),
            "error_file_url": self._url("error.csv", done=done),
            "duplicate_record_file_results": list(self.duplicates) if done else [],
            "original_file_name": self.file.name,
            "status": "Completed" if done else "Pending",
            "priority": self.priority,
            "result_updated_at": updated if done else None,
            "created_by": self.created_by,
            "created_at": exact(self.created_at),
            "updated_at": updated,
        }
        return {"success_message": UPLOADED, "data": data, "success": True}

    def reply(self, name: str, moment: int) -> Reply | None:
        """The file of that name, if it is there by then."""
        kind = extension(self.file.name)
        if name == f"input.{kind}":
            return _file(self.file.data, _MEDIA_TYPES[kind])
        if self.done_at <= moment and name in self.results:
            return _file(self.results[name], _CSV)
        return None

    def weight(self) -> int:
        """Bytes that it takes, about; each counts for a hundredth of what is kept at least."""
        files = len(self.file.data) + sum(map(len, self.results.values()))
        return max(files + _DUPLICATE_BYTES * len(self.duplicates), MOST_KEPT_BYTES // MOST_KEPT)

    def _url(self, name: str, *, done: bool) -> str | None:
        return f"{self.base}/{name}" if done and name in self.results else None


class Bulk:
    """The jobs that were asked for, and their files."""

    def __init__(self, seed: int, settings: CompliancelySettings, credit: Credit) -> None:
        self._seed, self._settings, self._credit = seed, settings, credit
        self._shelf: Shelf[_Job] = Shelf(
            seed, "bulk_upload", least=100, most=MOST_KEPT_BYTES, weight=_Job.weight
        )

    def post(self, request: Request) -> Handled:
        """Answers at once; the job is done when the last of its results is there."""
        form = request.form()
        file = form.required("file", fields.upload, Upload("", b""))
        priority = form.optional("priority", fields.priority, DEFAULT_PRIORITY)
        urls = form.urls("webhook_urls")
        records = _records(form, file)
        form.check()
        if not self._credit.pays(records.total):
            raise Refused(answer(403, {"code": CODE, "message": MESSAGE}))
        now = request.call.at
        lives = list(self._lives(records.regular, now))
        job = self._shelf.put(
            lambda number: _Job(
                id=number,
                key=(key := digest(self._seed, "bulk_upload", "key", number)[:32]),
                base=f"{self._base(request.call)}{FILES}/{number}/{key}",
                file=file,
                priority=priority,
                created_by=request.user,
                duplicates=[_shown(each) for each in records.duplicates],
                results=_results(lives, records),
                created_at=now,
                done_at=max((life.at for _, life in lives), default=now + self._settings.after_us),
            )
        )
        return Handled(answer(201, job.object(now)), _emissions(job, urls), (job.done_at - now,))

    def get(self, request: Request) -> Handled:
        """The job as it stands."""
        job = self._shelf.get(request.id)
        if job is None:
            raise Refused(detail(404, "Not found."))
        return Handled(answer(200, job.object(request.call.at)))

    def file(self, request: Request) -> Handled:
        """A file of a job. Its address cannot be guessed, so nobody need log in for it."""
        number, key, name = request.parts
        job = self._shelf.get(as_id(number))
        reply = job.reply(name, request.call.at) if job is not None and job.key == key else None
        if reply is None:
            raise Refused(detail(404, "Not found."))
        return Handled(reply)

    def _lives(self, records: Iterable[Record], now: int) -> Iterator[tuple[Record, Stage]]:
        """Each record with what it comes to. There are a hundred thousand, of few results."""
        known: dict[Result, Stage] = {}
        for record in records:
            result = decide(self._settings, record.name, record.tin)
            if result not in known:
                known[result] = stages(result, now, self._settings.after_us)[-1]
            yield record, known[result]

    def _base(self, call: Call) -> str:
        host = header(call.headers, "host")
        return f"http://{host if _HOST.fullmatch(host) else 'localhost:4622'}{self._settings.prefix}"


def _records(form: Form, file: Upload) -> Records:
    """The file's records; what is wrong with it goes to the form."""
    if "file" in form.errors:
        return Records()
    if len(file.data) > MOST_BYTES:
        form.errors["file"] = ["The file may not be larger than 6 MB."]
        return Records()
    try:
        return sort_records(read_rows(file))
    except Invalid as invalid:
        form.errors["file"] = invalid.detail
        return Records()


def _shown(record: Record) -> dict[str, Any]:
    return {"row": record.row, "name": record.name, "tin": record.tin}


def _results(lives: Sequence[tuple[Record, Stage]], records: Records) -> dict[str, bytes]:
    """The files of a job that is done; those that would be empty are left out."""
    files = {}
    if lives:
        files["regular.csv"] = _write(("name", "tin"), ((record.name, record.tin) for record, _ in lives))
        files["result.csv"] = _write(
            ("name", "tin", "status", "irs_code", "irs_reason"),
            (
                (record.name, record.tin, status(life.irs_code), life.irs_code, reason(life.irs_code))
                for record, life in lives
            ),
        )
    if records.wrong:
        files["error.csv"] = _write(
            ("row", "name", "tin", "error"),
            ((record.row, record.name, record.tin, wrong) for record, wrong in records.wrong),
        )
    return files


def _write(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(heads)
    writer.writerows(rows)
    return text.getvalue().encode("utf-8", "replace")


def _file(data: bytes, media_type: str) -> Reply:
    return Reply(status=200, headers=(("Content-Type", media_type),), body=data)


def _emissions(job: _Job, urls: tuple[str, ...]) -> tuple[Emission, ...]:
    if not urls:
        return ()
    emission = Emission(
        event="bulk_tin",
        type="bulk_tin",
        delay_us=job.done_at - job.created_at,
        targets=urls,
        data=job.object(job.done_at),
    )
    return (emission,)
