"""`validate`: files and folders, scenarios and profiles, all problems at once."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from emulator.cli.program import program

GOOD = """
version: 1
provider: entuitive
target: http://localhost:3000/webhooks
secret: demo-secret
events: [{type: user.created}]
"""
NEEDY = GOOD.replace("http://localhost:3000/webhooks", "${SOME_TARGET}")


def validate(*words: str | Path, **environment: str | None) -> Result:
    return CliRunner().invoke(program, ["validate", *map(str, words)], env=environment)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(folder: Path, name: str, text: str) -> str:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return name


def test_a_good_file_gets_a_line(here: Path):
    result = validate(write(here, "good.yaml", GOOD))
    assert (result.exit_code, result.stdout, result.stderr) == (0, "ok  good.yaml  (scenario good)\n", "")


def test_a_missing_target_is_a_warning_since_a_server_may_have_endpoints(here: Path):
    untargeted = GOOD.replace("target: http://localhost:3000/webhooks\n", "")
    result = validate(write(here, "none.yaml", untargeted))
    assert (result.exit_code, result.stdout) == (0, "ok  none.yaml  (scenario none)\n")
    assert result.stderr == (
        "none.yaml: warning: events[0]: no target: goes to registered endpoints only, "
        "or name one with `target` or --target\n"
    )
    wrong = validate(write(here, "wrong.yaml", untargeted.replace("user.created", "user.creatd")))
    assert wrong.exit_code == 2
    assert "no target" not in wrong.stderr
    played = CliRunner().invoke(program, ["play", "none.yaml"])
    assert (played.exit_code, "no target" in played.stderr) == (2, True)


def test_a_file_with_routes_says_how_many(here: Path):
    one = "{request: {method: GET, path: /a}, response: {status: 204}}"
    routes = "version: 1\nprovider: entuitive\nsecret: null\nroutes:\n"
    files = (
        write(here, "one.yaml", f"{routes}  - {one}\n"),
        write(here, "two.yaml", f"{routes}  - {one}\n  - {one}\n"),
    )
    result = validate(*files)
    assert result.stdout == "ok  one.yaml  (scenario one, 1 route)\nok  two.yaml  (scenario two, 2 routes)\n"
    assert [it["routes"] for it in json.loads(validate(*files, "--json").stdout)["files"]] == [1, 2]


def test_quiet_says_nothing_of_good_files(here: Path):
    result = validate(write(here, "good.yaml", GOOD), "--quiet")
    assert (result.exit_code, result.output) == (0, "")


def test_all_problems_of_all_files_are_told_at_once(here: Path):
    write(here, "all/a.yaml", GOOD.replace("user.created", "user.creatd") + "spede: real\n")
    write(here, "all/deep/b.yml", "events: [")
    write(here, "all/good.yaml", GOOD)
    result = validate("all")
    assert result.exit_code == 2
    assert result.stdout == f"ok  {Path('all/good.yaml')}  (scenario good)\n"
    told = result.stderr.replace("\\", "/").splitlines()
    assert told[0].startswith("all/a.yaml:6:17: events[0].type: unknown event type 'user.creatd'")
    assert told[1].startswith("all/a.yaml:7:1: spede: unknown key 'spede'; did you mean 'speed'?")
    assert told[2].startswith("all/deep/b.yml:2:1: not YAML")
    assert told[3] == "2 of 3 files are wrong"


def test_profiles_are_checked_as_profiles(here: Path):
    write(here, "providers/acme.yaml", "version: 1\nprovider: acme\n")
    write(here, "providers/other.yaml", "version: 1\nprovider: acme\n")
    result = validate(".")
    assert "ok  " in result.stdout
    assert "(profile acme)" in result.stdout
    assert "expected other, as the file is called, found acme" in result.stderr


def test_a_problem_that_files_share_is_told_once(here: Path):
    write(here, "providers/acme.yaml", "version: 1\nprovider: acme\ntimeout: soon\n")
    for name in ("a.yaml", "b.yaml"):
        write(here, name, GOOD.replace("entuitive", "acme").replace("user.created", "x"))
    result = validate(".")
    assert result.stderr.count("timeout: expected a duration") == 1
    assert "3 of 3 files are wrong" in result.stderr


def test_names_are_unique_among_the_files(here: Path):
    write(here, "a.yaml", GOOD + "name: outage\n")
    write(here, "b.yaml", GOOD + "name: outage\n")
    result = validate(".")
    assert result.exit_code == 2
    assert "b.yaml: name: the name 'outage' is taken by a.yaml\n" in result.stderr


def test_a_file_given_twice_is_one_file(here: Path):
    name = write(here, "all/a.yaml", GOOD)
    result = validate("all", name, here / name)
    assert (result.exit_code, result.stdout.count("ok")) == (0, 1)


def test_an_undefined_variable_is_an_error_unless_its_key_is_given(here: Path):
    name = write(here, "needy.yaml", NEEDY)
    assert (
        "needy.yaml:4:9: target: the environment variable SOME_TARGET is not set"
        in validate(name, SOME_TARGET=None).stderr
    )
    assert validate(name, "--target", "http://localhost:1/", SOME_TARGET=None).exit_code == 0
    assert validate(name, SOME_TARGET="http://localhost:1/").exit_code == 0


def test_warnings_are_told_and_are_no_errors(here: Path):
    name = write(here, "unsigned.yaml", GOOD.replace("secret: demo-secret\n", ""))
    result = validate(name, WEBHOOK_EMULATOR_SECRET_ENTUITIVE=None)
    assert result.exit_code == 0
    assert "unsigned.yaml: warning: no secret for entuitive" in result.stderr


def test_json_holds_every_file_with_its_problems(here: Path):
    write(here, "a.yaml", GOOD)
    write(here, "b.yaml", "version: 2\nevents: []\n")
    result = validate(".", "--json")
    assert (result.exit_code, result.stderr) == (2, "")
    shown = json.loads(result.stdout)
    good, bad = shown["files"]
    assert (shown["valid"], good["valid"], bad["valid"]) == (False, True, False)
    assert (good["path"], good["kind"], good["name"], good["problems"]) == ("a.yaml", "scenario", "a", [])
    assert bad["name"] is None
    assert {"path": "b.yaml", "line": 1, "column": 10, "key": "version"}.items() <= bad["problems"][0].items()


@pytest.mark.parametrize(
    ("path", "told"),
    [
        (
            "nowhere.yaml",
            "nowhere.yaml: there is no such file, and no scenario of this name comes with the emulator",
        ),
        ("empty", "empty: no .yaml or .yml file lies below this folder"),
        ("", "expected a file, a folder or the name of a scenario, found empty text"),
    ],
)
def test_nothing_to_check_is_wrong_use_also_as_json(here: Path, path: str, told: str):
    (here / "empty").mkdir()
    write(here, "good.yaml", GOOD)
    result = validate(path)
    assert result.exit_code == 2
    assert told in result.stderr
    result = validate("good.yaml", path, "--json")
    assert (result.exit_code, result.stderr) == (2, "")
    shown = json.loads(result.stdout)
    assert [(each["path"], each["valid"]) for each in shown["files"]] == [(path, False), ("good.yaml", True)]
    (problem,) = shown["files"][0]["problems"]
    assert told.removeprefix(f"{path}: ").startswith(problem["message"][:40])


@pytest.mark.skipif(sys.platform == "win32", reason="file names of Unix")
def test_a_file_name_cannot_steer_the_terminal(here: Path):
    write(here, "all/a\n\x1b[2Jb.yaml", GOOD)
    write(here, "all/c\nd.yaml", GOOD + "spede: real\n")
    result = validate("all")
    assert result.stdout == "ok  all/a\\n\\x1b[2Jb.yaml  (scenario a\\n\\x1b[2Jb)\n"
    assert result.stderr.startswith("all/c\\nd.yaml:7:1: spede: unknown key")


@pytest.mark.skipif(sys.platform == "win32", reason="pipes of Unix")
def test_a_pipe_below_a_folder_is_left_alone(here: Path):
    write(here, "all/good.yaml", GOOD)
    os.mkfifo(here / "all" / "pipe.yaml")
    assert validate("all").stdout == "ok  all/good.yaml  (scenario good)\n"


def test_a_shipped_scenario_is_checked_by_its_name(here: Path):
    assert "(scenario entuitive/accepted-at-once)" in validate("entuitive/accepted-at-once").stdout


def test_a_wrong_secret_file_of_another_provider_is_no_matter(here: Path):
    name = write(here, "good.yaml", GOOD.replace("secret: demo-secret\n", ""))
    others = {"WEBHOOK_EMULATOR_SECRET_ACME_FILE": "/nowhere"}
    assert validate(name, WEBHOOK_EMULATOR_SECRET_ENTUITIVE="x", **others).exit_code == 0
    result = validate(name, WEBHOOK_EMULATOR_SECRET_ENTUITIVE_FILE="/nowhere", **others)
    assert result.exit_code == 2
    assert "WEBHOOK_EMULATOR_SECRET_ENTUITIVE_FILE: expected the path of a file" in result.stderr
