"""What `fake` offers: the methods of Faker that templates may call, and what each argument may be.

Left out on purpose: all that depends on the real day (dates of birth, past and future dates, expiry dates, profiles,
browser names), since equal seeds must give equal values on every day: dates come from `now | minus('3d')` and the like;
addresses of real mail providers; files, and values that JSON does not have.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from emulator.template.problem import Refusal
from emulator.template.value import kind


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number within bounds."""

    least: int
    most: int

    def check(self, value: object) -> None:
        """Refuses anything else."""
        if isinstance(value, bool) or not isinstance(value, int) or not self.least <= value <= self.most:
            told = str(value) if isinstance(value, int) and abs(value) < 10**20 else kind(value)
            raise Refusal(f"expected a whole number from {self.least} to {self.most}, found {told}")


@dataclass(frozen=True, slots=True)
class Flag:
    """True or false."""

    def check(self, value: object) -> None:
        """Refuses anything else."""
        if not isinstance(value, bool):
            raise Refusal(f"expected true or false, found {kind(value)}")


@dataclass(frozen=True, slots=True)
class Words:
    """A text of at most this many characters."""

    most: int = 1000

    def check(self, value: object) -> None:
        """Refuses anything else."""
        if not isinstance(value, str) or len(value) > self.most:
            raise Refusal(f"expected a text of at most {self.most} characters, found {kind(value)}")


@dataclass(frozen=True, slots=True)
class Choices:
    """A list to choose from."""

    most: int = 10_000

    def check(self, value: object) -> None:
        """Refuses anything else."""
        if not isinstance(value, list | tuple) or not 0 < len(value) <= self.most:
            raise Refusal(f"expected a list of 1 to {self.most} items, found {kind(value)}")


Argument = Whole | Flag | Words | Choices

_NUMBER = Whole(-(2**63), 2**63 - 1)
_FEW = Whole(1, 1000)
_DIGITS = Whole(0, 15)
_SIZE = Whole(0, 10_000)

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

METHODS: Mapping[str, Mapping[str, Argument]] = {
    **{name: {} for name in _PLAIN.split()},
    "boolean": {"chance_of_getting_true": Whole(0, 100)},
    "bothify": {"text": Words(), "letters": Words()},
    "country_code": {"representation": Words(20)},
    "credit_card_number": {"card_type": Words(20)},
    "domain_name": {"levels": Whole(1, 10)},
    "email": {"domain": Words(200)},
    "file_extension": {"category": Words(20)},
    "file_name": {"category": Words(20), "extension": Words(20)},
    "file_path": {"depth": Whole(0, 20), "category": Words(20), "extension": Words(20)},
    "hexify": {"text": Words(), "upper": Flag()},
    "hostname": {"levels": Whole(0, 10)},
    "http_status_code": {"include_unassigned": Flag()},
    "lexify": {"text": Words(), "letters": Words()},
    "mime_type": {"category": Words(20)},
    "numerify": {"text": Words()},
    "paragraph": {"nb_sentences": _FEW, "variable_nb_sentences": Flag()},
    "paragraphs": {"nb": Whole(1, 100)},
    "password": {
        "length": Whole(4, 1000),
        "special_chars": Flag(),
        "digits": Flag(),
        "upper_case": Flag(),
        "lower_case": Flag(),
    },
    "postcode_in_state": {"state_abbr": Words(20)},
    "pyfloat": {
        "left_digits": _DIGITS,
        "right_digits": _DIGITS,
        "positive": Flag(),
        "min_value": _NUMBER,
        "max_value": _NUMBER,
    },
    "pyint": {"min_value": _NUMBER, "max_value": _NUMBER, "step": _NUMBER},
    "pystr": {"min_chars": _SIZE, "max_chars": _SIZE},
    "random_element": {"elements": Choices()},
    "random_elements": {"elements": Choices(), "length": _SIZE, "unique": Flag()},
    "random_int": {"min": _NUMBER, "max": _NUMBER, "step": _NUMBER},
    "random_number": {"digits": Whole(0, 100), "fix_len": Flag()},
    "random_sample": {"elements": Choices(), "length": _SIZE},
    "sentence": {"nb_words": _FEW, "variable_nb_words": Flag()},
    "sentences": {"nb": _FEW},
    "slug": {"value": Words()},
    "state_abbr": {"include_territories": Flag(), "include_freely_associated_states": Flag()},
    "text": {"max_nb_chars": Whole(5, 100_000)},
    "uri": {},
    "words": {"nb": Whole(0, 10_000), "unique": Flag()},
    "zipcode_in_state": {"state_abbr": Words(20)},
}
"""The methods by name, with the arguments each takes in the order of Faker's own."""
