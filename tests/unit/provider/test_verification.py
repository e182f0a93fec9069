"""What a check of a signature says. The signatures checked are literals of vectors, or spelt with hashlib and hmac."""

import base64
import hashlib
import hmac
import json

import pytest

from emulator.provider.profile import SignatureScheme
from emulator.provider.verification import verify

SECRET = "test-secret-1"
BODY = b'{"id":7300412,"irs_code":6,"status":"TIN Matched"}'
HEX = "5b6e14239815712dcecf5dccf1a4b140f5d8d579de1ac4fa2ea986a92e5eacd3"
BASE64 = "W24UI5gVcS3Oz13M8aSxQPXY1XneGsT6LqmGqS5erNM="
PLAIN = SignatureScheme(header="X-Sig")
STAMPED = SignatureScheme(header="Acme", message="{timestamp}.{body}", value="t={timestamp},v1={signature}")
NAMED = SignatureScheme(
    header="webhook-signature",
    encoding="base64",
    message="{id}.{timestamp}.{body}",
    value="v1,{signature}",
    headers={"webhook-id": "{id}", "webhook-timestamp": "{timestamp}"},
)
# printf '1767603600.{"a":1}' | openssl dgst -sha256 -hmac whsec
STAMPED_HEX = "84663c7453e348953dbcdd8080580e27bf51fc7f8d45ff378f32585e03cd3785"
# printf 'evt-1.1767603600.{"a":1}' | openssl dgst -sha256 -hmac whsec -binary | base64
NAMED_BASE64 = "bmbNAcrFl4B+ZOO796k4MZSxmL/997oOxlfFxbkrP8M="


def digest(body: bytes, *, key: bytes = SECRET.encode(), algorithm: str = "sha256") -> str:
    return hmac.new(key, body, algorithm).hexdigest()


def reason(
    value: str, *, scheme: SignatureScheme = PLAIN, body: bytes = BODY, secret: str | None = SECRET
) -> str:
    check = verify(scheme, secret, body, [(scheme.header, value)])
    assert not check.valid
    return check.reason


@pytest.mark.parametrize("name", ["X-Sig", "x-sig", "X-SIG"])
def test_the_right_signature_fits_whatever_the_case_of_its_header(name):
    check = verify(PLAIN, SECRET, BODY, [("Host", "a.test"), (name, f" {HEX} ")])
    assert check.valid
    assert check.reason == "the signature fits"


def test_base64_fits_where_base64_is_expected():
    assert verify(SignatureScheme(header="X-Sig", encoding="base64"), SECRET, BODY, [("X-Sig", BASE64)]).valid


def test_a_prefix_fits_where_it_is_expected():
    assert verify(
        SignatureScheme(header="X-Sig", value="sha256={signature}"),
        SECRET,
        BODY,
        [("X-Sig", f"sha256={HEX}")],
    ).valid


def test_the_moment_is_read_from_the_value():
    headers = [("Acme", f"t=1767603600,v1={STAMPED_HEX}")]
    assert verify(STAMPED, "whsec", b'{"a":1}', headers).valid
    assert not verify(STAMPED, "whsec", b'{"a":1}', [("Acme", f"t=1767603601,v1={STAMPED_HEX}")]).valid


def test_id_and_moment_are_read_from_their_headers():
    headers = [
        ("Webhook-Id", "evt-1"),
        ("Webhook-Timestamp", "1767603600"),
        ("Webhook-Signature", f"v1,{NAMED_BASE64}"),
    ]
    assert verify(NAMED, "whsec", b'{"a":1}', headers).valid
    assert verify(NAMED, "whsec", b'{"a":1}', headers[1:]).reason == "the header webhook-id is missing"


def test_id_and_moment_can_be_given_where_no_header_carries_them():
    headers = [("webhook-signature", f"v1,{NAMED_BASE64}")]
    assert verify(NAMED, "whsec", b'{"a":1}', headers, wire_id="evt-1", timestamp=1_767_603_600).valid
    bare = SignatureScheme(header="X-Sig", message="{id}.{body}")
    assert "covers {id}, which no header carries" in verify(bare, "whsec", b"", [("X-Sig", HEX)]).reason


def test_without_a_secret_there_is_nothing_to_check_with():
    assert reason(HEX, secret=None) == "there is no secret to check the signature with"


def test_an_empty_key_checks_what_was_signed_with_one():
    scheme = SignatureScheme(header="X-Sig", without_secret="empty-key")
    assert verify(scheme, None, BODY, [("X-Sig", digest(BODY, key=b""))]).valid


def test_a_missing_header_is_told_with_the_one_that_is_near():
    headers = [("Content-Type", "application/json"), ("X-Entuitive-Signatur", HEX)]
    check = verify(SignatureScheme(header="X-Entuitive-Signature"), SECRET, BODY, headers)
    assert (
        check.reason == "the header X-Entuitive-Signature is missing; x-entuitive-signatur is there instead"
    )
    assert verify(PLAIN, SECRET, BODY, []).reason == "the header X-Sig is missing"


def test_a_repeated_header_is_told():
    assert (
        verify(PLAIN, SECRET, BODY, [("X-Sig", HEX), ("x-sig", HEX)]).reason
        == "expected one X-Sig header, found 2"
    )


def test_another_form_of_the_value_is_told():
    assert (
        reason(HEX, scheme=STAMPED)
        == f"expected Acme in the form t={{timestamp}},v1={{signature}}, found {HEX!r}"
    )
    assert "found empty text" in reason("")


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (
            HEX.upper(),
            "right but written another way: expected 64 characters of lower-case hex, found upper-case hex",
        ),
        (
            BASE64,
            "right but written another way: expected 64 characters of lower-case hex, found base64",
        ),
        (BASE64.rstrip("="), "found base64 with other characters or padding"),
        (f"sha256={HEX}", "found the right digest behind the prefix 'sha256=', which does not belong there"),
        (f"v1,{'0' * 64}", "found a digest behind the prefix 'v1,', which does not belong there"),
        (HEX[:-2], "expected 64 characters of lower-case hex, found a digest of 31 bytes"),
        ("0" * 40, "found a digest of 20 bytes, as long as one of hmac-sha1"),
        ("0" * 128, "found a digest of 64 bytes, as long as one of hmac-sha512"),
        ("none of it!", "expected 64 characters of lower-case hex, found 'none of it!'"),
        ("0" * 64, "the signature does not fit: it was made with another secret or for another body"),
    ],
)
def test_the_spelling_is_told(value, told):
    assert told in reason(value)


def test_hex_where_base64_is_expected_is_told():
    told = reason(HEX, scheme=SignatureScheme(header="X-Sig", encoding="base64"))
    assert told.endswith("expected 44 characters of base64, found lower-case hex")


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (digest(BODY, algorithm="sha1"), "it is hmac-sha1; hmac-sha256 is expected"),
        (digest(BODY, algorithm="sha512"), "it is hmac-sha512; hmac-sha256 is expected"),
        (hashlib.sha256(BODY).hexdigest(), "it is a plain sha256 of the body, without the secret"),
        (
            hashlib.sha256(SECRET.encode() + BODY).hexdigest(),
            "a plain sha256 of secret and body put together",
        ),
        (hashlib.sha1(BODY + SECRET.encode()).hexdigest(), "a plain sha1 of secret and body put together"),  # noqa: S324
        (digest(BODY, key=b""), "it is the right digest with an empty secret"),
        (digest(BODY, key=SECRET.encode() + b"\n"), "with a line end after the secret"),
        (digest(BODY, key=base64.b64encode(SECRET.encode())), "with the secret encoded as base64"),
        (digest(b""), "it is the digest of the empty body"),
        (digest(BODY + b"\n"), "it is the digest of the body with a line feed added"),
        (digest(BODY + b"\r\n"), "with a carriage return and a line feed added"),
        (digest(json.dumps(json.loads(BODY)).encode()), "parsed and written again (as python encodes it)"),
        (digest(json.dumps(json.loads(BODY), indent=2).encode()), "parsed and written again (indented by 2)"),
        (digest(json.dumps(BODY.decode()).encode()), "parsed and written again (as a text within JSON)"),
    ],
)
def test_a_likely_mistake_is_named(value, told):
    assert told in reason(value)


@pytest.mark.parametrize(
    ("body", "signed", "told"),
    [
        (rb'{"a":"b\/c"}', b'{"a":"b/c"}', "written again (as compact encodes it)"),
        (b'{"a":"b/c"}', rb'{"a":"b\/c"}', "written again (as php encodes it)"),
        (rb'{"a":"\u00e9"}', '{"a":"é"}'.encode(), "written again (as utf8 encodes it)"),
        (b'{"b":1,"a":2}', b'{"a":2,"b":1}', "written again (with its keys sorted, without spaces)"),
        (b'{"b":1,"a":2}', b'{"a": 2, "b": 1}', "written again (with its keys sorted)"),
        (b' {"a":1}\n', b'{"a":1}', "the body without the spaces or line ends around it"),
        (b'{\r\n"a":1}', b'{\n"a":1}', "the body with its CRLF made LF"),
        (b'{\n"a":1}', b'{\r\n"a":1}', "the body with its LF made CRLF"),
        (b"\xef\xbb\xbf{}", b"{}", "the body without its byte order mark"),
        (b"\xff{}", "\ufffd{}".encode(), "the body with all that is no UTF-8 replaced"),
        ("é".encode(), "Ã©".encode(), "the body read as Latin-1 and written as UTF-8"),
    ],
)
def test_another_form_of_the_body_is_named(body, signed, told):
    assert told in reason(digest(signed), body=body)


def test_a_secret_with_spaces_around_it_is_named():
    told = reason(digest(BODY), secret=f"{SECRET}\n")
    assert "with the secret without the spaces or line ends around it" in told


@pytest.mark.parametrize(("secret", "form"), [("c2VjcmV0", "base64"), ("736563726574", "hex")])
def test_a_secret_that_was_to_be_decoded_is_named(secret, form):
    assert f"with the secret decoded as {form}" in reason(digest(BODY, key=b"secret"), secret=secret)


def test_the_body_alone_is_named_where_more_is_to_be_signed():
    value = f"t=1767603600,v1={digest(BODY)}"
    assert "the digest of the body alone; {timestamp}.{body} is expected" in reason(value, scheme=STAMPED)


def test_a_body_that_is_no_json_and_nan_are_no_trouble():
    for body in (b"\x00\xff", b"[NaN]", b"[" * 100_000, b"9" * 10_000, b""):
        assert "another secret or for another body" in reason("0" * 64, body=body)


def test_a_huge_body_and_a_huge_value_are_no_trouble():
    assert "another body" in reason("0" * 64, body=b'{"a":"' + b"x" * (2 << 20) + b'"}')
    assert "in the form" in reason("t=" + "," * 100_000, scheme=STAMPED)


def test_values_beyond_ascii_are_no_trouble():
    assert "expected 64 characters of lower-case hex" in reason("é" * 64)
    assert "expected 64 characters of lower-case hex" in reason("\udcff" * 64)
    headers = [
        ("webhook-id", "\udcff"),
        ("webhook-timestamp", "é"),
        ("webhook-signature", f"v1,{NAMED_BASE64}"),
    ]
    assert "another secret" in verify(NAMED, "whsec", b"", headers).reason
