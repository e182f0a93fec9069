"""Signatures against literals from elsewhere: RFC 2202, RFC 4231, and vectors computed with another tool."""

import pytest

from emulator.errors import EmulatorError
from emulator.provider.profile import SignatureScheme
from emulator.provider.signing import sign

SECRET = "test-secret-1"
TIN_BODY = b'{"id":7300412,"irs_code":6,"status":"TIN Matched"}'
TIN_HEX = "5b6e14239815712dcecf5dccf1a4b140f5d8d579de1ac4fa2ea986a92e5eacd3"
TIN_BASE64 = "W24UI5gVcS3Oz13M8aSxQPXY1XneGsT6LqmGqS5erNM="
USER_BODY = rb'{"event_type":"user.deactivated","data":{"company_name":"A\/B Caf\u00e9"}}'
USER_HEX = "7bc8f85dbf1b92dcdf4902c0c1d90caafd41acd329415713607ebf1809245afe"


def value_of(scheme, secret, body, **given):
    signed = sign(
        scheme, secret, body, wire_id=given.get("wire_id", "evt-1"), timestamp=given.get("timestamp", 0)
    )
    assert signed is not None
    return signed.record.value


@pytest.mark.parametrize(("body", "size", "expected"), [(TIN_BODY, 50, TIN_HEX), (USER_BODY, 74, USER_HEX)])
def test_the_signature_is_the_hex_hmac_sha256_of_the_exact_bytes(body, size, expected):
    assert len(body) == size
    assert value_of(SignatureScheme(header="Compliancely-Signature"), SECRET, body) == expected


def test_base64_is_the_same_digest_written_another_way():
    assert value_of(SignatureScheme(header="X", encoding="base64"), SECRET, TIN_BODY) == TIN_BASE64


def key(raw: bytes) -> str:
    """A key of bytes as it comes out of an environment variable."""
    return raw.decode(errors="surrogateescape")


LONG_KEY = key(b"\xaa" * 131)
HASH_FIRST = b"Test Using Larger Than Block-Size Key - Hash Key First"
LARGE = (
    b"This is a test using a larger than block-size key and a larger than block-size data. "
    b"The key needs to be hashed before being used by the HMAC algorithm."
)
RFC_4231 = [
    (
        key(b"\x0b" * 20),
        b"Hi There",
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
        (
            "87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cde"
            "daa833b7d6b8a702038b274eaea3f4e4be9d914eeb61f1702e696c203a126854"
        ),
    ),
    (
        "Jefe",
        b"what do ya want for nothing?",
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
        (
            "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554"
            "9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737"
        ),
    ),
    (
        key(b"\xaa" * 20),
        b"\xdd" * 50,
        "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe",
        (
            "fa73b0089d56a284efb0f0756c890be9b1b5dbdd8ee81a3655f83e33b2279d39"
            "bf3e848279a722c806b485a47e67c807b946a337bee8942674278859e13292fb"
        ),
    ),
    (
        key(bytes(range(1, 26))),
        b"\xcd" * 50,
        "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b",
        (
            "b0ba465637458c6990e5a8c5f61d4af7e576d97ff94b872de76f8050361ee3db"
            "a91ca5c11aa25eb4d679275cc5788063a5f19741120c4f2de2adebeb10a298dd"
        ),
    ),
    (
        LONG_KEY,
        HASH_FIRST,
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
        (
            "80b24263c7c1a3ebb71493c1dd7be8b49b46d1f41b4aeec1121b013783f8f352"
            "6b56d037e05f2598bd0fd2215d6a1e5295e64f73f63f0aec8b915a985d786598"
        ),
    ),
    (
        LONG_KEY,
        LARGE,
        "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2",
        (
            "e37b6a775dc87dbaa4dfa9f96e5e3ffddebd71f8867289865df5a32d20cdc944"
            "b6022cac3c4982b10d5eeb55c3e4de15134676fb6de0446065c97440fa8c6a58"
        ),
    ),
]


@pytest.mark.parametrize(("secret", "body", "sha256", "sha512"), RFC_4231)
def test_rfc_4231(secret, body, sha256, sha512):
    assert value_of(SignatureScheme(header="X", algorithm="hmac-sha256"), secret, body) == sha256
    assert value_of(SignatureScheme(header="X", algorithm="hmac-sha512"), secret, body) == sha512


@pytest.mark.parametrize(
    ("secret", "body", "expected"),
    [
        (key(b"\x0b" * 20), b"Hi There", "b617318655057264e28bc0b6fb378c8ef146be00"),
        ("Jefe", b"what do ya want for nothing?", "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"),
        (key(b"\xaa" * 20), b"\xdd" * 50, "125d7342b9ac11cd91a39af48aa17b4f63f175d3"),
        (key(bytes(range(1, 26))), b"\xcd" * 50, "4c9007f4026250c6bc8414f9bf50c86c2d7235da"),
        (key(b"\xaa" * 80), HASH_FIRST, "aa4ae5e15272d00e95705637ce8a3b55ed402112"),
    ],
)
def test_rfc_2202(secret, body, expected):
    assert value_of(SignatureScheme(header="X", algorithm="hmac-sha1"), secret, body) == expected


# printf '1767603600.{"a":1}' | openssl dgst -sha256 -hmac whsec
STAMPED = "84663c7453e348953dbcdd8080580e27bf51fc7f8d45ff378f32585e03cd3785"
# printf 'evt-1.1767603600.{"a":1}' | openssl dgst -sha256 -hmac whsec -binary | base64
NAMED = "bmbNAcrFl4B+ZOO796k4MZSxmL/997oOxlfFxbkrP8M="
# printf '' | openssl dgst -sha256 -hmac whsec
EMPTY = "30b8ae759085dd8ae9890354d6a941d37f53008e834e2e4a819d9fc155e99438"
# php -r 'echo hash_hmac("sha256", "{\\"a\\":1}", "");'
UNKEYED = "e0baad27ae5335a93e2979e6693e7630de7d66b4d5bfd687cdbf1f0018f79cb8"
# printf '{"a":1}' | openssl dgst -sha256 -hmac 'clé ☕'
ACCENTED = "ca61546e6bfa9979f1ee59fffce774b196f006cd4f762874ca1698e345cbc255"


def test_the_moment_can_be_signed_and_carried_in_the_value():
    scheme = SignatureScheme(
        header="Acme", message="{timestamp}.{body}", value="t={timestamp},v1={signature}"
    )
    signed = sign(scheme, "whsec", b'{"a":1}', wire_id="evt-1", timestamp=1_767_603_600)
    assert signed is not None
    assert signed.headers == (("Acme", f"t=1767603600,v1={STAMPED}"),)
    assert signed.record.message == "1767603600.body"


def test_further_headers_carry_what_the_signature_covers():
    scheme = SignatureScheme(
        header="webhook-signature",
        encoding="base64",
        message="{id}.{timestamp}.{body}",
        value="v1,{signature}",
        headers={"webhook-id": "{id}", "webhook-timestamp": "{timestamp}"},
    )
    signed = sign(scheme, "whsec", b'{"a":1}', wire_id="evt-1", timestamp=1_767_603_600)
    assert signed is not None
    assert signed.headers == (
        ("webhook-signature", f"v1,{NAMED}"),
        ("webhook-id", "evt-1"),
        ("webhook-timestamp", "1767603600"),
    )
    assert signed.record.message == "evt-1.1767603600.body"


def test_percent_signs_around_placeholders_stay():
    scheme = SignatureScheme(header="X", message="{body}", value="100%s={signature}%")
    assert value_of(scheme, SECRET, TIN_BODY) == f"100%s={TIN_HEX}%"


def test_the_empty_body_is_signed_like_any_other():
    assert value_of(SignatureScheme(header="X"), "whsec", b"") == EMPTY


def test_a_secret_counts_as_its_utf8_bytes():
    assert value_of(SignatureScheme(header="X"), "clé ☕", b'{"a":1}') == ACCENTED


def test_the_record_tells_the_header_the_value_and_what_was_signed():
    signed = sign(SignatureScheme(header="X-Sig"), SECRET, TIN_BODY, wire_id="evt-1", timestamp=0)
    assert signed is not None
    assert (signed.record.header, signed.record.value, signed.record.message) == ("X-Sig", TIN_HEX, "body")
    assert signed.record.valid


def test_without_a_secret_nothing_is_signed():
    assert sign(SignatureScheme(header="X"), None, TIN_BODY, wire_id="evt-1", timestamp=0) is None


def test_without_a_secret_the_key_can_be_empty():
    assert value_of(SignatureScheme(header="X", without_secret="empty-key"), None, b'{"a":1}') == UNKEYED


def test_half_of_a_surrogate_pair_is_no_secret():
    with pytest.raises(EmulatorError, match="surrogate"):
        sign(SignatureScheme(header="X"), "\ud83d", b"", wire_id="evt-1", timestamp=0)
