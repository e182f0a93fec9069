import pytest

from emulator.provider.header import header_name_fault, header_value_fault, repeated_header


@pytest.mark.parametrize("name", ["X-Sig", "x", "!#$%&'*+-.^_`|~9", "User-Agent"])
def test_tokens_are_names(name):
    assert header_name_fault(name) is None


@pytest.mark.parametrize("name", ["", "X Sig", "X:Sig", "Ü", "X\n", "X\x00", "(x)", "x" * 201])
def test_all_else_is_no_name(name):
    assert "expected a header name" in str(header_name_fault(name))


@pytest.mark.parametrize("name", ["Content-Length", "HOST", "transfer-encoding"])
def test_what_the_sender_sets_cannot_be_chosen(name):
    assert header_name_fault(name) == f"the header {name} is set by the sender; it cannot be chosen"


@pytest.mark.parametrize("value", ["", "a", "a b\tc", "~!\"'{}", "x" * 8_000])
def test_visible_ascii_is_a_value(value):
    assert header_value_fault(value) is None


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("a\r\nX-Evil: 1", "found a line break"),
        ("a\n", "found a line break"),
        ("a\x00", "found '\\x00'"),
        ("\x7f", "found '\\x7f'"),
        ("é", "found 'é'"),
        (" a", "without spaces around it"),
        ("a\t", "without spaces around it"),
        ("x" * 8_001, "expected at most 8000 characters, found 8001"),
    ],
)
def test_all_else_is_no_value(value, told):
    assert told in str(header_value_fault(value))


def test_names_that_differ_in_case_alone_are_repeated():
    assert repeated_header(["A", "B", "a"]) == "a"
    assert repeated_header(["A", "B"]) is None
