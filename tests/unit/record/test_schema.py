"""What the schemas of the records say is what `to_json` gives, of any record at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from emulator.record import AttemptRecord, DeliveryRecord, NotificationRecord, RequestRecord, RunRecord
from emulator.record.schema import SCHEMAS
from tests.helpers import any_record

VALIDATORS = {name: Draft202012Validator(schema) for name, schema in SCHEMAS.items()}


@given(record=any_record.runs | any_record.attempts | any_record.requests | any_record.notifications)
def test_every_record_is_as_its_schema_says(
    record: RunRecord | AttemptRecord | RequestRecord | NotificationRecord,
):
    name = type(record).__name__.removesuffix("Record")
    assert list(VALIDATORS[name].iter_errors(record.to_json())) == []


@given(record=any_record.deliveries, lines=st.lists(any_record.texts, max_size=2))
def test_every_delivery_is_as_its_schema_says(record: DeliveryRecord, lines: list[str]):
    assert list(VALIDATORS["Delivery"].iter_errors(record.to_json(lines))) == []


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_one_of_2020_12_and_knows_no_other_keys(name: str):
    Draft202012Validator.check_schema(SCHEMAS[name])
    errors = VALIDATORS[name].iter_errors(dict.fromkeys([*SCHEMAS[name]["properties"], "unheard"]))
    assert "additionalProperties" in {error.validator for error in errors}
