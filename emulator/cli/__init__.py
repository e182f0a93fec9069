"""The command line: `webhook-emulator`, also `python -m emulator`.

    program.py     the group of verbs and the one way in
    verbs.py       the table of verbs; each is a file of its own, imported when it is used
    verb.py        what a verb is to click
    exits.py       the exit codes, and the one place where errors become exits
    interrupts.py  what Ctrl-C and SIGTERM do
    output.py      results on stdout, messages on stderr
    options.py     options that several verbs share

Logic that is worth having without a terminal lives in other rooms; a verb reads its options, calls, and prints.
"""


def main() -> int:
    """Run the command that the process was started with, and give its exit code."""
    from emulator.cli.streams import open_closed_streams

    open_closed_streams()
    import atexit

    from emulator.cli.interrupts import ignore, interrupts

    interrupts.install()
    atexit.register(ignore)
    from emulator.cli.program import run

    try:
        return run()
    finally:
        interrupts.rest()
