"""Telephone numbers beside phonenumbers, the Python port of libphonenumber: its examples are found as it writes them."""

from __future__ import annotations

import phonenumbers
import pytest
from axiom import pii

# Every region of the plans whose numbers phonenumbers has examples of.
REGIONS = """
    AE AR AT AU BE BG BR CA CH CL CN CO CY CZ DE DK EE EG ES FI FR GB GR HK HR HU ID IE IL IN IS IT JM JP KE KR KZ LI LT
    LU LV MT MX MY NG NL NO NZ PE PH PL PT RO RU SA SE SG SI SK TH TR TW UA US VN ZA
""".split()
KINDS = [phonenumbers.PhoneNumberType.FIXED_LINE, phonenumbers.PhoneNumberType.MOBILE]
FORMATS = [
    phonenumbers.PhoneNumberFormat.E164,
    phonenumbers.PhoneNumberFormat.INTERNATIONAL,
    phonenumbers.PhoneNumberFormat.NATIONAL,
    phonenumbers.PhoneNumberFormat.RFC3966,
]


@pytest.mark.parametrize("region", REGIONS)
def test_numbers_of_a_region_are_found_as_phonenumbers_writes_them(region: str) -> None:
    for kind in KINDS:
        number = phonenumbers.example_number_for_type(region, kind)
        assert number is not None
        for form in FORMATS:
            written = phonenumbers.format_number(number, form).removeprefix("tel:")
            text = f"Ask at the counter or try {written}, please."
            assert found(text, [region]) == [written], (kind, form)


# Niue, Tristan da Cunha and Tokelau: fewer than eight digits with the country code are too few.
SHORT = ["NU", "TA", "TK"]


@pytest.mark.parametrize("region", sorted(phonenumbers.SUPPORTED_REGIONS))
def test_international_numbers_are_found_without_their_region(region: str) -> None:
    number = phonenumbers.example_number(region)
    assert number is not None
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    expected = [] if region in SHORT else [written]
    assert found(f"Ask at the counter or try {written}, please.") == expected


def found(text: str, regions: list[str] | None = None) -> list[str]:
    findings = pii.scan(text, types=["phone"], regions=regions or ())
    return [text[finding.start : finding.end] for finding in findings]
