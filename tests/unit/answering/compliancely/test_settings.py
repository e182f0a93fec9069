import pytest

from emulator.answering.compliancely import ASSUMPTIONS, CompliancelySettings, Result


@pytest.mark.parametrize("code", [-2, 9, 11, 100])
def test_other_codes_are_refused(code):
    with pytest.raises(ValueError, match=f"expected an irs_code of -1, 0 to 8 or 10, found {code}"):
        Result(irs_code=code)


def test_only_a_review_is_followed_by_another_result():
    with pytest.raises(
        ValueError, match=r"only irs_code 10 \(in review\) is followed by another result, not 3"
    ):
        Result(irs_code=3, then=Result(irs_code=0))


@pytest.mark.parametrize("wait", [-1, 3651 * 86_400 * 1_000_000])
def test_waits_are_bounded(wait):
    with pytest.raises(ValueError, match="expected a wait from 0 to 3650 days"):
        Result(irs_code=0, after_us=wait)
    with pytest.raises(ValueError, match="expected a wait from 0 to 3650 days"):
        CompliancelySettings(after_us=wait)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"accounts": {"": "x"}}, "expected the name of a user, found empty text"),
        ({"tokens": {"x": ""}}, "expected the name of a user, found empty text"),
        (
            {"results": {"12-3456789": Result(irs_code=0)}},
            "expected a TIN of nine digits as text, found '12-3456789'",
        ),
        ({"credits": -1}, "expected a number of credits that is not negative, found -1"),
    ],
)
def test_wrong_settings_are_told(wrong, told):
    with pytest.raises(ValueError, match=told):
        CompliancelySettings(**wrong)


def test_every_assumption_has_an_id_of_its_own_and_names_settings_that_there_are():
    assert len({assumption.id for assumption in ASSUMPTIONS}) == len(ASSUMPTIONS)
    keys = {key for each in ASSUMPTIONS for key in each.settings}
    assert keys == set(CompliancelySettings.__dataclass_fields__) - {"tokens", "prefix"}
