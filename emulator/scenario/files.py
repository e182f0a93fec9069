"""The only place where this room touches the disk: the text of scenarios, and the bodies that they name."""

from __future__ import annotations

import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from emulator.document import MAX_BYTES
from emulator.document.place import nearest
from emulator.errors import InvalidInput

MOST_BODY_BYTES = 16 << 20


class Bodies(Protocol):
    """Where `payload_file` finds its bytes."""

    def read(self, name: str) -> bytes:
        """The bytes of a file, read once and shared. Raises ValueError, saying why there are none."""
        ...


class GivenBodies:
    """Files that came along with a scenario's text, by name."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files

    def read(self, name: str) -> bytes:
        if name not in self._files:
            raise ValueError(f"no file of this name came with the scenario{nearest(name, self._files)}")
        return _bounded(self._files[name])


class FolderBodies:
    """Files of the folder that a scenario stands in. Links are followed, as long as they stay inside."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read: dict[str, bytes] = {}

    def read(self, name: str) -> bytes:
        if name not in self._read:
            self._read[name] = self._load(name)
        return self._read[name]

    def _load(self, name: str) -> bytes:
        try:
            file = self._resolved(name)
            size = _regular_size(file)
            if size > MOST_BODY_BYTES:
                raise ValueError(_too_big(size))
            with file.open("rb") as opened:
                return _bounded(opened.read(MOST_BODY_BYTES + 1))
        except (OSError, RuntimeError) as error:
            raise ValueError(_told(error)) from None

    def _resolved(self, name: str) -> Path:
        if "\0" in name:
            raise ValueError("expected the path of a file, found one with a NUL character")
        folder = self._folder.resolve()
        file = (folder / name).resolve()
        if not file.is_relative_to(folder):
            raise ValueError("expected a file inside the scenario's folder; this path leads out of it")
        return file


def read_scenario(path: Path) -> bytes:
    """The bytes of a scenario file, or of a pipe. Raises InvalidInput."""
    try:
        with path.open("rb") as opened:
            data = opened.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        raise InvalidInput.of(_told(error), path=str(path)) from None
    if len(data) > MAX_BYTES:
        raise InvalidInput.of(f"expected a file of at most {MAX_BYTES >> 20} MiB", path=str(path))
    return data


def _regular_size(file: Path) -> int:
    status = file.stat()
    if not stat.S_ISREG(status.st_mode):
        raise ValueError(
            "expected a regular file" + (", found a folder" if stat.S_ISDIR(status.st_mode) else "")
        )
    return status.st_size


def _bounded(data: bytes) -> bytes:
    if len(data) > MOST_BODY_BYTES:
        raise ValueError(_too_big(len(data)))
    return data


def _too_big(size: int) -> str:
    return f"expected a file of at most {MOST_BODY_BYTES >> 20} MiB, found {size} bytes or more"


def _told(error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return "there is no such file"
    if isinstance(error, IsADirectoryError):
        return "expected a file, found a folder"
    if isinstance(error, PermissionError):
        return "this file may not be read"
    if isinstance(error, OSError) and error.strerror:
        return f"this file cannot be read: {error.strerror}"
    return f"this file cannot be read: {error}"
