"""The command line: `webhook-emulator`, also `python -m emulator`.

    program.py   the group of verbs and the one way in
    verbs.py     the table of verbs; each is a file of its own, imported when it is used
    verb.py      what a verb is to click
    exits.py     the exit codes, and the one place where errors become exits
    output.py    results on stdout, messages on stderr
    options.py   options that several verbs share

Logic that is worth having without a terminal lives in other rooms; a verb reads its options, calls, and prints.
"""


def main() -> int:
    """Run the command that the process was started with, and give its exit code."""
    try:
        from emulator.cli.program import run
    except KeyboardInterrupt:
        return 130
    return run()
