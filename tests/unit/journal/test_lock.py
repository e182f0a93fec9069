from __future__ import annotations

import os
from pathlib import Path

import pytest

from emulator.errors import JournalError
from emulator.journal import lock
from emulator.journal.lock import Lock


def test_the_second_is_told_who_is_first(tmp_path: Path) -> None:
    first = Lock(tmp_path / "lock")
    with pytest.raises(JournalError, match=f"^it is in use by process {os.getpid()}$"):
        Lock(tmp_path / "lock")
    first.release()


def test_the_second_is_refused_before_the_first_has_written_who_it_is(tmp_path: Path) -> None:
    first = Lock(tmp_path / "lock")
    os.truncate(tmp_path / "lock", 0)
    with pytest.raises(JournalError, match=r"^it is in use$"):
        Lock(tmp_path / "lock")
    first.release()


def test_letting_go_leaves_nothing_and_lets_the_next_in(tmp_path: Path) -> None:
    for _ in range(3):
        Lock(tmp_path / "lock").release()
        assert list(tmp_path.iterdir()) == []


def test_a_lock_file_that_a_killed_process_left_is_taken_over(tmp_path: Path) -> None:
    (tmp_path / "lock").write_text("123456\n")
    held = Lock(tmp_path / "lock")
    assert (tmp_path / "lock").read_text() == f"{os.getpid()}\n"
    held.release()


def test_a_lock_file_taken_away_while_it_is_locked_counts_for_nothing(tmp_path: Path, monkeypatch) -> None:
    """As when its holder ends between our opening and our locking: two would hold a lock each."""
    path, hold = tmp_path / "lock", lock.hold

    def hold_after_its_holder_left(descriptor: int) -> None:
        path.unlink()
        monkeypatch.setattr(lock, "hold", hold)
        hold(descriptor)

    monkeypatch.setattr(lock, "hold", hold_after_its_holder_left)
    held = Lock(path)
    with pytest.raises(JournalError, match="in use"):
        Lock(path)
    held.release()
