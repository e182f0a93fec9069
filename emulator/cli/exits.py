"""The exit codes, and the one place where errors become exits.

A user's mistake is told in lines on stderr, never as a traceback. A traceback means a mistake of ours, and says so.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Iterable
from enum import IntEnum

import click

from emulator.cli.output import note
from emulator.errors import EmulatorError, InvalidInput, JournalError


class Exit(IntEnum):
    """What a command came to."""

    PASSED = 0
    FAILED = 1
    WRONG = 2
    """Wrong use, or a wrong file."""
    INCOMPLETE = 3
    """Cut short: nothing is claimed."""
    INTERRUPTED = 130
    CLOSED = 141
    """Whoever read the output went away, as shells tell it."""


_OURS = "This is a mistake in webhook-emulator, not in what you did. Please report it with the lines above."
_UNWRITABLE = (errno.ENOSPC, errno.EFBIG, errno.EIO, *([errno.EDQUOT] if hasattr(errno, "EDQUOT") else []))
"""What writing fails with where it is no matter of a reader that went away."""
_SEVERITY = (Exit.PASSED, Exit.INCOMPLETE, Exit.FAILED, Exit.WRONG, Exit.CLOSED, Exit.INTERRUPTED)


def worst(codes: Iterable[Exit]) -> Exit:
    """The code that stands for several: failed beats incomplete, a wrong file beats both."""
    return max(codes, key=_SEVERITY.index, default=Exit.PASSED)


def exit_code(call: Callable[[], object]) -> int:
    """Call, tell what goes wrong on stderr, and give the exit code. An integer returned is the code."""
    try:
        return _called(call)
    except BrokenPipeError:
        _discard_output()
        return Exit.CLOSED
    except OSError:  # nothing can be told
        _discard_output()
        return Exit.INCOMPLETE


def _called(call: Callable[[], object]) -> int:
    try:
        code = call()
        sys.stdout.flush()
    except (KeyboardInterrupt, click.Abort):
        note("interrupted")
        return Exit.INTERRUPTED
    except BrokenPipeError:
        raise
    except Exception as error:  # noqa: BLE001 - the last one to see it, so it must tell it
        return _told(error)
    return code if isinstance(code, int) else Exit.PASSED


def _told(error: Exception) -> Exit:
    """Print an error; what it comes to."""
    match error:
        case click.ClickException():
            error.show()
        case InvalidInput():
            for problem in error.problems:
                note(str(problem))
        case JournalError():
            note(f"the journal failed: {error}")
            return Exit.INCOMPLETE
        case EmulatorError():
            note(str(error))
        case OSError() if error.filename is None and error.errno in _UNWRITABLE:
            note(f"the output cannot be written: {error.strerror}")
            _discard_output()
            return Exit.INCOMPLETE
        case OSError():
            note(_system_message(error))
        case _:
            note(f"{_traceback(error)}\n{_OURS}")
            return Exit.INCOMPLETE
    return Exit.WRONG


def _traceback(error: Exception) -> str:
    import traceback

    return "".join(traceback.format_exception(error)).rstrip()


def _system_message(error: OSError) -> str:
    reason = error.strerror or str(error) or type(error).__name__
    return reason if error.filename is None else f"{os.fsdecode(error.filename)}: {reason}"


def _discard_output() -> None:
    """Let the interpreter's own flush at the end have somewhere to go."""
    for stream in (sys.stdout, sys.stderr):
        try:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        except (OSError, ValueError):
            continue
