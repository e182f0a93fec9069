"""A journal in a file of the user's: who may read it, who else may not write it, and what it survives."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sqlite3
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from emulator.errors import JournalError
from emulator.journal import Limits, NotificationFilter, PageOf, open_journal
from emulator.journal.schema import APPLICATION_ID, VERSION
from emulator.record import Counts, DeliveryState, Plan
from tests.helpers.journals import ALL, ids, put, walk_attempts
from tests.helpers.records import attempt, delivery, notification, run, settled

posix = pytest.mark.skipif(sys.platform == "win32", reason="modes and rights are POSIX")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.db"


async def record(path: Path, many: int = 3) -> None:
    """Record so many attempts in the file, and close it."""
    journal = await open_journal(path)
    put(journal, run(labels={"team": "a"}), *map(attempt, range(many)), delivery(1), notification(1))
    await journal.close()


def fill(path: Path, many: int = 3) -> None:
    asyncio.run(record(path, many))


async def test_it_lasts(path: Path) -> None:
    await record(path)
    again = await open_journal(path)
    assert (again.kind, again.lasting) == ("file", True)
    assert await again.run("run_1") == run(labels={"team": "a"})
    assert await again.delivery("dlv_1_1") == delivery(1)
    assert (await again.notifications(NotificationFilter(run="run_1"), PageOf())).items == [notification(1)]
    put(again, attempt(3))
    assert await walk_attempts(again) == [f"att_1_{n}_1" for n in range(4)]
    await again.close()


def test_closing_leaves_the_file_alone(path: Path) -> None:
    fill(path)
    assert [entry.name for entry in path.parent.iterdir()] == ["journal.db"]


async def test_cursors_stay_good_from_one_opening_to_the_next(path: Path) -> None:
    journal = await open_journal(path)
    put(journal, attempt(1, "run_1"), attempt(2, "run_2"), attempt(3, "run_2"))
    cursor = (await journal.attempts(ALL, PageOf(limit=2))).next
    await journal.remove("run_2")
    await journal.close()
    again = await open_journal(path)
    put(again, attempt(4, "run_3"))
    assert ids(await again.attempts(ALL, PageOf(after=cursor))) == ["att_3_4_1"]
    await again.close()


async def test_what_is_over_new_limits_goes_at_the_next_opening(path: Path) -> None:
    journal = await open_journal(path)
    for name in ("run_1", "run_2"):
        put(journal, run(name), *(attempt(n, name) for n in range(10)), settled(name))
    await journal.close()
    again = await open_journal(path, Limits(attempts=10))
    put(again, run("run_3"))
    assert await again.evicted("run_1")
    assert not await again.evicted("run_2")
    assert await again.count(ALL) == 10
    await again.close()


@posix
@pytest.mark.parametrize("mode", [None, 0o644], ids=["new", "there before"])
def test_only_its_owner_may_read_it(path: Path, mode: int | None) -> None:
    if mode is not None:
        path.touch()
        path.chmod(mode)

    async def modes() -> set[str]:
        journal = await open_journal(path)
        put(journal, attempt())
        await journal.flush()
        found = {stat.filemode(entry.stat().st_mode) for entry in os.scandir(path.parent)}
        await journal.close()
        return found

    assert asyncio.run(modes()) == {"-rw-------"}


async def test_one_journal_at_a_time(path: Path) -> None:
    journal = await open_journal(path)
    put(journal, attempt())
    with pytest.raises(JournalError) as refused:
        await open_journal(path)
    assert str(refused.value) == f"cannot open the journal {path}: it is in use by process {os.getpid()}"
    put(journal, attempt(2))
    assert await journal.count(ALL) == 2
    await journal.close()
    await record(path)


async def test_another_process_cannot_open_it_either(path: Path) -> None:
    journal = await open_journal(path)
    script = f"""
import asyncio, pathlib
from emulator.journal import open_journal
asyncio.run(open_journal(pathlib.Path({str(path)!r})))
"""
    other = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)  # noqa: ASYNC221
    assert other.returncode == 1
    assert (
        f"JournalError: cannot open the journal {path}: it is in use by process {os.getpid()}" in other.stderr
    )
    await journal.close()


@posix
async def test_a_link_leads_to_the_same_lock(path: Path, tmp_path: Path) -> None:
    journal = await open_journal(path)
    (tmp_path / "link").symlink_to(path)
    with pytest.raises(JournalError, match="in use"):
        await open_journal(tmp_path / "link")
    await journal.close()


def refusal(path: Path) -> str:
    """Why the file is not opened."""
    with pytest.raises(JournalError) as refused:
        asyncio.run(open_journal(path))
    message = str(refused.value)
    assert message.startswith(f"cannot open the journal {path}: ")
    return message.removeprefix(f"cannot open the journal {path}: ")


def test_a_folder_is_no_journal(tmp_path: Path) -> None:
    assert refusal(tmp_path) == "it is no regular file"


def test_a_folder_that_is_missing(tmp_path: Path) -> None:
    assert refusal(tmp_path / "missing" / "journal.db") == "No such file or directory"


@posix
def test_a_pipe_is_no_journal(path: Path) -> None:
    os.mkfifo(path)
    assert refusal(path) == "it is no regular file"


def test_a_text_is_no_journal(path: Path) -> None:
    text = b"version: 1\nname: a scenario, and no journal at all\n" * 50
    path.write_bytes(text)
    assert refusal(path) == "file is not a database"
    assert path.read_bytes() == text


@pytest.mark.parametrize("application", [0, 0x12345678])
def test_the_database_of_another_program_is_left_as_it_is(path: Path, application: int) -> None:
    other = sqlite3.connect(path)
    other.execute(f"PRAGMA application_id = {application}")
    other.execute("CREATE TABLE theirs (a)")
    other.close()
    path.chmod(0o644)
    before = path.read_bytes()
    assert refusal(path) == "it is a database of another program"
    assert path.read_bytes() == before
    assert stat.S_IMODE(path.stat().st_mode) == 0o644


def _versioned(path: Path, version: int) -> None:
    fill(path)
    other = sqlite3.connect(path)
    other.execute(f"PRAGMA user_version = {version}")
    other.close()


def test_a_newer_layout_is_refused(path: Path) -> None:
    _versioned(path, VERSION + 1)
    assert refusal(path) == "it was written by a newer version (layout 4; this one knows 3)"


def _first_layout(path: Path) -> None:
    old = sqlite3.connect(path)
    old.executescript(Path(__file__).with_name("version_1.sql").read_text())
    old.close()


async def test_a_file_of_the_first_layout_is_brought_up_to_this_one(path: Path) -> None:
    _first_layout(path)
    counts = Counts(events=1, deliveries=1, attempts=1, delivered=1)
    given_up = delivery(state=DeliveryState.EXHAUSTED, attempts=1, next_due_at=None, ending="given up")
    plans: list[Plan] = []
    for _ in range(2):
        journal = await open_journal(path)
        assert await journal.plans() == plans
        assert await journal.run("run_1") == settled(labels={"team": "a"}, counts=counts)
        assert await journal.run("run_2") == run("run_2")
        assert (await journal.deliveries("run_1", PageOf())).items == [given_up]
        assert (await journal.attempts(ALL, PageOf())).items == [
            attempt(),
            attempt(1, "run_2", body=b"\xff\0"),
        ]
        assert (await journal.notifications(NotificationFilter(), PageOf())).items == [notification()]
        plans = [Plan("run_2", "a plan")]
        put(journal, *plans)
        await journal.close()
    with contextlib.closing(sqlite3.connect(path)) as now:
        assert now.execute("PRAGMA user_version").fetchone() == (VERSION,)


def test_a_layout_without_a_version_is_refused(path: Path) -> None:
    _versioned(path, 0)
    assert refusal(path) == "it is damaged: its layout has no version"


def test_the_file_says_whose_it_is(path: Path) -> None:
    fill(path)
    assert path.read_bytes()[68:72] == APPLICATION_ID.to_bytes(4, "big") == b"WHJL"


def test_an_empty_file_becomes_a_journal(path: Path) -> None:
    path.touch()
    fill(path)


def test_a_half_made_file_becomes_a_journal(path: Path) -> None:
    """As a process leaves it that is killed before it has made the tables."""
    half = sqlite3.connect(path)
    half.execute("PRAGMA journal_mode = WAL")
    half.close()
    fill(path)


def damage(path: Path, share: float) -> None:
    """Overwrite a part of the file, so far behind its beginning."""
    content = bytearray(path.read_bytes())
    at = int(len(content) * share)
    content[at : at + 40_000] = b"\xa5" * len(content[at : at + 40_000])
    path.write_bytes(content)


async def troubles(path: Path) -> list[JournalError]:
    """What is told when such a file is opened, read, written and closed."""
    try:
        journal = await open_journal(path)
    except JournalError as error:
        return [error]
    questions = [walk_attempts(journal), journal.count(ALL), journal.run("run_1"), journal.remove("run_1")]
    told = [await asyncio.gather(question, return_exceptions=True) for question in questions]
    with contextlib.suppress(JournalError):
        put(journal, *map(attempt, range(5_000, 7_000)))
    told += [
        await asyncio.gather(last, return_exceptions=True) for last in (journal.flush(), journal.close())
    ]
    errors = [answer for [answer] in told if isinstance(answer, BaseException)]
    assert {type(error) for error in errors} <= {JournalError}
    return [error for error in errors if isinstance(error, JournalError)]


@pytest.mark.parametrize("share", [0.0, 0.02, 0.3, 0.6, 0.95])
def test_damage_is_told_as_what_it_is(path: Path, share: float) -> None:
    """Whether it shows when opening, reading or writing: a JournalError, and nothing hangs."""
    fill(path, many=2_000)
    damage(path, share)
    assert asyncio.run(troubles(path))


def test_a_truncated_file_is_told_as_what_it_is(path: Path) -> None:
    fill(path, many=2_000)
    os.truncate(path, path.stat().st_size // 2)
    assert asyncio.run(troubles(path))


async def test_damaged_rows_are_told_as_what_they_are(path: Path) -> None:
    await record(path)
    other = sqlite3.connect(path)
    other.executescript(
        "UPDATE attempts SET result = 'perhaps'; UPDATE runs SET record = '{'; UPDATE deliveries SET notes = 5"
    )
    other.close()
    journal = await open_journal(path)
    for question in (journal.attempt("att_1_1_1"), journal.run("run_1"), journal.delivery("dlv_1_1")):
        with pytest.raises(JournalError, match=f"cannot read the journal {path}: "):
            await question
    assert await journal.count(ALL) == 3
    await journal.close()


UNPRIVILEGED = """
import asyncio, os, pathlib, sys
from emulator.errors import JournalError
from emulator.journal import open_journal
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
try:
    asyncio.run(open_journal(pathlib.Path(sys.argv[1])))
except JournalError as error:
    print(error)
"""


@pytest.fixture
def public() -> Iterator[Path]:
    """A folder that everybody can reach, other than those of the tests."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def _told_without_rights(path: Path) -> str:
    command = [sys.executable, "-c", UNPRIVILEGED, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@posix
def test_a_folder_without_the_right_to_write(public: Path) -> None:
    public.chmod(0o555)
    path = public / "journal.db"
    assert _told_without_rights(path) == f"cannot open the journal {path}: Permission denied\n"


@posix
def test_a_file_without_the_right_to_write(public: Path) -> None:
    path = public / "journal.db"
    fill(path)
    public.chmod(0o777)
    path.chmod(0o444)
    assert _told_without_rights(path) == f"cannot open the journal {path}: Permission denied\n"
