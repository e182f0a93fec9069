"""`sign`: signatures of exact bytes, and checks of them. Digests are those of openssl and of the vendors' notes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from emulator.cli.program import program

BODY = b'{"id":7300412,"irs_code":6,"status":"TIN Matched"}'
HEX = "5b6e14239815712dcecf5dccf1a4b140f5d8d579de1ac4fa2ea986a92e5eacd3"
BASE64 = "W24UI5gVcS3Oz13M8aSxQPXY1XneGsT6LqmGqS5erNM="

STAMPED = """
version: 1
provider: acme
signature:
  header: X-Acme-Signature
  message: "{id}.{timestamp}.{body}"
  value: "t={timestamp},v1={signature}"
  headers: {X-Acme-Id: "{id}"}
"""


SECRETS = [
    f"WEBHOOK_EMULATOR_SECRET_{name}{suffix}"
    for name in ("COMPLIANCELY", "ENTUITIVE", "ACME")
    for suffix in ("", "_FILE")
]


def sign(*words: str, body: bytes = BODY, environment: Mapping[str, str] = {}) -> Result:
    cleared: dict[str, str | None] = dict.fromkeys(SECRETS)
    return CliRunner().invoke(program, ["sign", *words], input=body, env={**cleared, **environment})


@pytest.fixture
def acme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "providers").mkdir()
    (tmp_path / "providers" / "acme.yaml").write_text(STAMPED)
    monkeypatch.chdir(tmp_path)


def test_the_value_alone_is_the_result():
    result = sign("--provider", "compliancely", "--secret", "test-secret-1")
    assert (result.exit_code, result.stdout, result.stderr) == (0, f"{HEX}\n", "")


def test_the_body_may_be_a_file_of_any_bytes(tmp_path: Path):
    file = tmp_path / "body"
    file.write_bytes(BODY)
    result = sign("-p", "compliancely", "-s", "test-secret-1", str(file), body=b"")
    assert result.stdout == f"{HEX}\n"


def test_whole_headers_can_be_given_to_curl():
    result = sign("-p", "entuitive", "-s", "test-secret-1", "--headers")
    assert result.stdout == f"X-Entuitive-Signature: {HEX}\n"


def test_json_holds_all_headers():
    result = sign("-p", "compliancely", "-s", "test-secret-1", "--json")
    assert json.loads(result.stdout) == {
        "header": "Compliancely-Signature",
        "value": HEX,
        "message": "body",
        "headers": [["Compliancely-Signature", HEX]],
    }


def test_a_line_feed_at_the_end_is_signed_and_told():
    result = sign("-p", "compliancely", "-s", "test-secret-1", body=BODY + b"\n")
    assert result.stdout.strip() != HEX
    assert "line feed" in result.stderr


def test_the_secret_may_stand_in_the_environment_or_in_a_file_that_it_names(tmp_path: Path):
    name = "WEBHOOK_EMULATOR_SECRET_COMPLIANCELY"
    file = tmp_path / "secret"
    file.write_text("test-secret-1\n")
    assert sign("-p", "compliancely", environment={name: "test-secret-1"}).stdout == f"{HEX}\n"
    assert sign("-p", "compliancely", environment={f"{name}_FILE": str(file)}).stdout == f"{HEX}\n"
    assert (
        sign("-p", "compliancely", "-s", "test-secret-1", environment={name: "another"}).stdout == f"{HEX}\n"
    )


@pytest.mark.parametrize(
    ("words", "environment", "told"),
    [
        (["-p", "compliancely"], {}, "give --secret, or set WEBHOOK_EMULATOR_SECRET_COMPLIANCELY"),
        (["-p", "compliancely", "-s", ""], {}, "--secret: expected a secret, found empty text"),
        (
            ["-p", "entuitive"],
            {"WEBHOOK_EMULATOR_SECRET_ENTUITIVE": ""},
            "WEBHOOK_EMULATOR_SECRET_ENTUITIVE: expected a secret, found empty text",
        ),
        (
            ["-p", "entuitive"],
            {"WEBHOOK_EMULATOR_SECRET_ENTUITIVE_FILE": "/nowhere"},
            "WEBHOOK_EMULATOR_SECRET_ENTUITIVE_FILE: expected the path of a file that holds the secret; it cannot be",
        ),
        (["-p", "entutive", "-s", "x"], {}, "did you mean 'entuitive'?"),
        (["-p", "entuitive", "-s", "x", "nowhere.json"], {}, "nowhere.json: No such file or directory"),
        (["-p", "entuitive", "-s", "x", "--timestamp", "7"], {}, "--timestamp has no effect"),
        (["-p", "entuitive", "-s", "x", "--id", "7"], {}, "--id has no effect"),
        (["-p", "entuitive", "-s", "x", "--timestamp", "noon"], {}, "seconds since 1970, found 'noon'"),
        (["-s", "x"], {}, "Missing option '--provider' / '-p'"),
    ],
)
def test_wrong_use_is_told_on_stderr(words: list[str], environment: dict[str, str], told: str):
    result = sign(*words, environment=environment)
    assert (result.exit_code, result.stdout) == (2, "")
    assert told in result.stderr


@pytest.mark.parametrize("value", [HEX, f"Compliancely-Signature: {HEX}", f" {HEX} "])
def test_a_fitting_signature_is_valid(value: str):
    result = sign("-p", "compliancely", "-s", "test-secret-1", "--check", value)
    assert (result.exit_code, result.stdout) == (0, "valid: the signature fits\n")


def test_one_that_does_not_fit_fails_and_says_why():
    result = sign("-p", "compliancely", "-s", "test-secret-1", "--check", BASE64)
    assert result.exit_code == 1
    assert result.stdout.startswith("not valid: ")
    assert "found base64" in result.stdout


def test_a_check_as_json():
    result = sign("-p", "compliancely", "-s", "test-secret-1", "--check", "ab", "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["valid"] is False


@pytest.mark.parametrize("moment", ["2026-01-05T09:00:00Z", "1767603600"])
def test_what_a_signature_covers_beside_the_body_is_given_by_flags(acme, moment: str):
    result = sign("-p", "acme", "-s", "k", "--id", "evt_1", "--timestamp", moment, "--headers", body=b"{}")
    expected = "17cd7fad39450be13af9a9b8544d6c3ae68b1f1a91aafdcafcd8a5431b8f22b0"
    assert result.stdout == f"X-Acme-Signature: t=1767603600,v1={expected}\nX-Acme-Id: evt_1\n"


def test_an_id_that_is_needed_is_asked_for(acme):
    result = sign("-p", "acme", "-s", "k")
    assert result.exit_code == 2
    assert "give --id" in result.stderr


def test_the_checked_value_says_when_it_was_signed(acme):
    made = sign("-p", "acme", "-s", "k", "--id", "evt_1").stdout.strip()
    assert sign("-p", "acme", "-s", "k", "--id", "evt_1", "--check", made).exit_code == 0


def test_a_provider_that_signs_nothing_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "providers").mkdir()
    (tmp_path / "providers" / "plain.yaml").write_text("version: 1\nprovider: plain\n")
    monkeypatch.chdir(tmp_path)
    assert "plain signs nothing" in sign("-p", "plain", "-s", "k").stderr


ELSEWHERE = """
version: 1
provider: acme
signature:
  header: X-Acme-Signature
  message: "v0:{timestamp}:{body}"
  value: "v0={signature}"
  headers: {X-Acme-Timestamp: "{timestamp}", X-Acme-Id: "{id}"}
"""


def test_what_another_header_carries_is_asked_for_by_its_flag(tmp_path: Path):
    profile = tmp_path / "acme.yaml"
    profile.write_text(ELSEWHERE)
    given = ["-p", str(profile), "-s", "k", "--check"]
    asked = sign(*given, "v0=00")
    assert (asked.exit_code, asked.stdout) == (2, "")
    assert "covers {timestamp}, which another header carries: give --timestamp." in asked.stderr
    fitting = "v0=7f58eec71100091df9d0f846f1937acbf1935d083262d069da1b4c2757f5fdba"
    assert (
        sign(*given, fitting, "--timestamp", "1767603600", body=b"{}").stdout == "valid: the signature fits\n"
    )


def test_a_provider_may_be_given_by_the_path_of_its_profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "mine.yaml").write_text(STAMPED)
    monkeypatch.chdir(tmp_path)
    assert sign("-p", "mine.yaml", "--id", "1").stderr.endswith("set WEBHOOK_EMULATOR_SECRET_ACME\n")
    assert sign("-p", "./mine.yaml", "--id", "1", environment={SECRETS[4]: "k"}).exit_code == 0
    assert "nowhere/acme.yaml: there is no such file" in sign("-p", "nowhere/acme.yaml", "-s", "k").stderr
