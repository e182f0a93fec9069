"""docs/cli.md has every verb with every option, and its examples print what it says."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

from emulator.cli.exits import Exit
from emulator.cli.program import program
from emulator.cli.verbs import VERBS
from emulator.receiver import Received, parse_answer

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
BIN = Path(sys.executable).parent


def section(verb: str) -> str:
    return re.split(r"^## ", PAGE.partition(f"\n## {verb}\n")[2], maxsplit=1, flags=re.MULTILINE)[0]


def options(verb: str) -> list[str]:
    command = program.get_command(click.Context(program), verb)
    assert command is not None
    commands = [command, *(command.commands.values() if isinstance(command, click.Group) else ())]
    found = [option for each in commands for option in each.params if isinstance(option, click.Option)]
    return [name for option in found for name in option.opts]


EVERY = [(verb, option) for verb in VERBS for option in options(verb)]
EXAMPLES = re.findall(r"^\$ (.+)\n((?!\$|```).+(?:\n(?!\$|```).+)*)", PAGE, re.MULTILINE)
RUN = [(command, shown) for command, shown in EXAMPLES if "webhook-emulator listen" not in command]


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_a_section_and_a_line_in_the_table(verb: str):
    assert section(verb)
    assert f"| [`{verb}`](#{verb}) |" in PAGE


@pytest.mark.parametrize(("verb", "option"), EVERY)
def test_every_option_stands_in_the_section_of_its_verb(verb: str, option: str):
    assert re.search(rf"`{re.escape(option)}[ `=]", section(verb))


def test_every_option_that_stands_there_exists():
    known = {option for _, option in EVERY} | {"--help", "--version", "-h"}
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", PAGE)) <= known


@pytest.mark.parametrize("code", Exit)
def test_every_exit_code_is_told(code: Exit):
    assert f"\n| {code.value} |" in PAGE


@pytest.mark.skipif(sys.platform == "win32", reason="the examples are lines of a Unix shell")
@pytest.mark.parametrize(("command", "shown"), RUN)
def test_an_example_prints_what_the_page_shows(command: str, shown: str):
    runnable = command.replace("webhook-emulator", f"'{BIN / 'webhook-emulator'}'")
    done = subprocess.run(["sh", "-c", runnable], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.stdout.rstrip("\n"), done.stderr) == (shown, "")


def test_every_key_of_listen_is_told():
    received = Received(
        number=1,
        at=0,
        method="POST",
        path="/",
        headers=(),
        body=b"",
        type=None,
        check=None,
        answer=parse_answer("200"),
    )
    table = section("listen").partition("| key of `--json` |")[2].partition("\n\n")[0]
    rows = re.findall(r"^\| (`.+?`) \|", table, re.MULTILINE)
    assert [key for row in rows for key in re.findall(r"`(\w+)`", row)] == list(received.to_json())
