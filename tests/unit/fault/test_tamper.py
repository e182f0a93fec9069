"""A tampered body is as good JSON as before, and not the same."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.fault.tamper import tampered

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@pytest.mark.parametrize(
    ("body", "changed"),
    [
        (b'{"name":"Ines"}', b'{"name":"xnes"}'),
        (b'{"first":"a","last":"b"}', b'{"first":"a","last":"x"}'),
        (b'{"name":"Ines","city":null,"zip":null}', b'{"name":"xnes","city":null,"zip":null}'),
        (b'{"name": "Ines", "key" : 7}', b'{"name": "xnes", "key" : 7}'),
        (rb'{"name":"\u6771\u4eac","n":10}', rb'{"name":"\u6771\u4eac","n":20}'),
        (rb'{"name":"\u00ebn"}', rb'{"name":"\u00ebx"}'),
        (rb'{"path":"\/"}', rb'{"path":"\/"} '),
    ],
)
def test_one_character_of_a_value_changes_and_no_key_or_word_of_json(body, changed):
    assert tampered(body) == changed


@given(values, st.booleans(), st.sampled_from([(",", ":"), (", ", ": ")]))
def test_json_stays_json_of_the_same_length_or_gains_a_space(value, escaped, separators):
    body = json.dumps(value, ensure_ascii=escaped, separators=separators).encode(errors="surrogatepass")
    changed = tampered(body)
    assert changed != body
    json.loads(changed.decode(errors="surrogatepass"))
    assert len(changed) == len(body) or changed == body + b" "
