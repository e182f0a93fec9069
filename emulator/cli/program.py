"""The program: the group of verbs, and what surrounds each of them."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Any

import click

from emulator import __version__
from emulator.cli.exits import exit_code
from emulator.cli.output import prepare_streams
from emulator.cli.verbs import Verbs

NAME = "webhook-emulator"
_COMPLETION = "_WEBHOOK_EMULATOR_COMPLETE"


class Program(Verbs):
    """The verbs, whose errors become exits, and whose returned integers are exit codes."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,  # noqa: FBT001, FBT002 - click's own signature
        **extra: Any,
    ) -> Any:
        if _COMPLETION in os.environ:
            super().main(args, NAME, _COMPLETION)
        words = sys.argv[1:] if args is None else list(args)
        code = exit_code(lambda: self._called(words, extra))
        if standalone_mode:
            sys.exit(code)
        return code

    def _called(self, words: list[str], extra: dict[str, Any]) -> object:
        try:
            with self.make_context(NAME, words, **extra) as context:
                return self.invoke(context)
        except click.exceptions.Exit as end:
            return end.exit_code


@click.group(
    NAME,
    cls=Program,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 passed, 1 failed, 2 wrong use or wrong file, 3 incomplete, 130 interrupted.",
)
@click.version_option(__version__, prog_name=NAME, message="%(prog)s %(version)s")
def program() -> None:
    """Play a provider's webhooks to your application: the same bytes, signatures and retries, on a clock you
    control.
    """


def run() -> int:
    """Run the command of this process; its exit code."""
    prepare_streams()
    code: int = program.main(standalone_mode=False)
    return code
