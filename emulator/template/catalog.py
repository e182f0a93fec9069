"""What `fake` offers: the methods of Faker that templates may call, and what each argument may be.

Left out on purpose: all that depends on the real day (dates of birth, past and future dates, expiry dates, profiles,
browser names), since equal seeds must give equal values on every day: dates come from `now | minus('3d')` and the like;
addresses of real mail providers; files, and values that JSON does not have.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from emulator.template.problem import Refusal
from emulator.template.value import brief, kind

Check = Callable[[object], None]
"""Refuses an argument that is not as it must be."""


def _whole(least: int, most: int) -> Check:
    def check(value: object) -> None:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            told = brief(value) if isinstance(value, int) else kind(value)
            raise Refusal(f"expected a whole number from {least} to {most}, found {told}")

    return check


def _text(most: int = 1000) -> Check:
    def check(value: object) -> None:
        if not isinstance(value, str) or len(value) > most:
            raise Refusal(f"expected a text of at most {most} characters, found {kind(value)}")

    return check


def _flag(value: object) -> None:
    if not isinstance(value, bool):
        raise Refusal(f"expected true or false, found {kind(value)}")


def _choices(value: object) -> None:
    if not isinstance(value, list | tuple) or not 0 < len(value) <= 10_000:
        raise Refusal(f"expected a list of 1 to 10000 items, found {kind(value)}")


_NUMBER = _whole(-(2**63), 2**63 - 1)
_FEW = _whole(1, 1000)
_DIGITS = _whole(0, 15)
_SIZE = _whole(0, 10_000)

_PLAIN = """
aba address bank_country bban bs building_number
catch_phrase century city city_suffix color_name company company_suffix country country_calling_code
credit_card_provider credit_card_security_code cryptocurrency_code cryptocurrency_name currency_code currency_name
doi domain_word ean13 ean8 ein emoji
first_name first_name_female first_name_male hex_color http_method iban invalid_ssn ipv4 ipv4_private ipv4_public ipv6
isbn10 isbn13 itin job language_code language_name last_name latitude license_plate locale longitude
mac_address md5 msisdn name name_female name_male passport_number phone_number port_number postcode prefix
random_digit random_digit_not_null random_letter random_lowercase_letter random_uppercase_letter rgb_color
safe_email secondary_address sha1 sha256 ssn state street_address street_name street_suffix suffix swift swift11 swift8
timezone tld url user_name uuid4 vin word zipcode zipcode_plus4
"""

METHODS: Mapping[str, Mapping[str, Check]] = {
    **{name: {} for name in _PLAIN.split()},
    "boolean": {"chance_of_getting_true": _whole(0, 100)},
    "bothify": {"text": _text(), "letters": _text()},
    "country_code": {"representation": _text(20)},
    "credit_card_number": {"card_type": _text(20)},
    "domain_name": {"levels": _whole(1, 10)},
    "email": {"domain": _text(200)},
    "file_extension": {"category": _text(20)},
    "file_name": {"category": _text(20), "extension": _text(20)},
    "file_path": {"depth": _whole(0, 20), "category": _text(20), "extension": _text(20)},
    "hexify": {"text": _text(), "upper": _flag},
    "hostname": {"levels": _whole(0, 10)},
    "http_status_code": {"include_unassigned": _flag},
    "lexify": {"text": _text(), "letters": _text()},
    "mime_type": {"category": _text(20)},
    "numerify": {"text": _text()},
    "paragraph": {"nb_sentences": _FEW, "variable_nb_sentences": _flag},
    "paragraphs": {"nb": _whole(1, 100)},
    "password": {
        "length": _whole(4, 1000),
        "special_chars": _flag,
        "digits": _flag,
        "upper_case": _flag,
        "lower_case": _flag,
    },
    "postcode_in_state": {"state_abbr": _text(20)},
    "pyfloat": {
        "left_digits": _DIGITS,
        "right_digits": _DIGITS,
        "positive": _flag,
        "min_value": _NUMBER,
        "max_value": _NUMBER,
    },
    "pyint": {"min_value": _NUMBER, "max_value": _NUMBER, "step": _NUMBER},
    "pystr": {"min_chars": _SIZE, "max_chars": _SIZE},
    "random_element": {"elements": _choices},
    "random_elements": {"elements": _choices, "length": _SIZE, "unique": _flag},
    "random_int": {"min": _NUMBER, "max": _NUMBER, "step": _NUMBER},
    "random_number": {"digits": _whole(0, 100), "fix_len": _flag},
    "random_sample": {"elements": _choices, "length": _SIZE},
    "sentence": {"nb_words": _FEW, "variable_nb_words": _flag},
    "sentences": {"nb": _FEW},
    "slug": {"value": _text()},
    "state_abbr": {"include_territories": _flag, "include_freely_associated_states": _flag},
    "text": {"max_nb_chars": _whole(5, 100_000)},
    "uri": {},
    "words": {"nb": _whole(0, 10_000), "unique": _flag},
    "zipcode_in_state": {"state_abbr": _text(20)},
}
"""The methods by name, with the arguments each takes in the order of Faker's own."""
