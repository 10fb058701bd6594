"""The rules of numbers beside python-stdnum, addresses of machines beside ``ipaddress``.

Values are random ones of the right shape, valid ones, and valid ones with a mistake: 10,000 a rule, or as many as
``AXIOM_ORACLE_VALUES`` says. Where a rule differs from the oracle, ``DEVIATIONS`` names the reason, says which values
it concerns and shows one; the documentation of ``axiom_pii::number`` lists the same.
"""

from __future__ import annotations

import importlib
import os
import random
import re
import string
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from hashlib import sha256
from importlib.resources import files
from ipaddress import IPv6Address, ip_interface
from itertools import islice
from typing import Any, NamedTuple

import pytest
from axiom import pii

VALUES = int(os.environ.get("AXIOM_ORACLE_VALUES", "10000"))

# The module of python-stdnum, and the shapes of values: 9 is a digit, A a letter, X either, H a hexadecimal digit;
# what stands between brackets is one of these characters.
ORACLES = {
    "au_abn": ("au.abn", ["99999999999"]),
    "au_acn": ("au.acn", ["999999999"]),
    "au_tfn": ("au.tfn", ["999999999", "99999999"]),
    "br_cnpj": ("br.cnpj", ["99999999999999", "XXXXXXXXXXXX99"]),
    "br_cpf": ("br.cpf", ["99999999999"]),
    "btc_address": ("bitcoin", []),
    "ca_sin": ("ca.sin", ["999999999"]),
    "cn_ric": ("cn.ric", ["[1-6]9999919990[1-9][012][0-9]999[0-9X]", "[134]1010119990[1-9][012][1-9]999[0-9X]"]),
    "ch_ahv": ("ch.ssn", ["7569999999999", "9999999999999"]),
    "cl_rut": ("cl.rut", ["99999999[0-9K]", "9999999[0-9K]"]),
    "hr_oib": ("hr.oib", ["99999999999"]),
    "in_gstin": ("in_.gstin", ["[0-3]9AAA[ABCFGHJKLPT]A9999AXZX", "27AAPFU0939F[1-9]ZX"]),
    "pt_nif": ("pt.nif", ["999999999"]),
    "ro_cnp": ("ro.cnp", ["9999999999999", "[1-6]990[1-9][012][1-9][0-4]99999"]),
    "de_steuer_id": ("de.idnr", ["99999999999"]),
    "dk_cpr": ("dk.cpr", ["[0-3]9[01]9999999", "[012][1-9]0[1-9]999999"]),
    "es_nie": ("es.nie", ["[XYZ]9999999A"]),
    "es_nif": ("es.nif", ["99999999A", "[A-W]99999999", "[A-W]9999999A", "[KLMXYZ]9999999A"]),
    "fi_hetu": ("fi.hetu", ["[0-3]9[01]999[-+A-FU-Y]999X", "[012][1-9]0[1-9]99[-+A]999X"]),
    "fr_nir": ("fr.nir", ["999999999999999", "999992[AB]99999999"]),
    "iban": ("iban", []),
    "imei": ("imei", ["999999999999999"]),
    "in_aadhaar": ("in_.aadhaar", ["999999999999"]),
    "in_pan": ("in_.pan", ["AAAAA9999A", "AAA[ABCFGHJKLPT]A9999A"]),
    "it_codice_fiscale": ("it.codicefiscale", ["AAAAAAXX[A-T]XXAXXXA", "AAAAAA99[ABCDEHLMPRST][0-7]9A999A"]),
    "jp_my_number": ("jp.in_", ["999999999999"]),
    "kr_rrn": ("kr.rrn", ["99[01]9[0-3]99999999", "990[1-9][012][1-9]9999999"]),
    "mx_curp": (
        "mx.curp",
        [
            "AAAA99[01]9[0-3]9[HM]AAAAAX9",
            "BEGR990[1-9][012][1-9][HM]MCNRRX9",
            "CAFU990[1-9][012][1-9][HM]SPLLL09",
        ],
    ),
    "nl_bsn": ("nl.bsn", ["999999999"]),
    "no_fodselsnummer": ("no.fodselsnummer", ["99999999999", "[0-6][1-9][0-5][1-9]9999999"]),
    "pl_pesel": ("pl.pesel", ["99[0-3]9[0-3]999999", "99[02][1-9][012][1-9]99999"]),
    "se_personnummer": (
        "se.personnummer",
        ["99[01]9[0-3]99999", "19990[1-9][012][1-9]9999", "20[01]90[1-9][012][1-9]9999"],
    ),
    "sg_uen": ("sg.uen", ["99999999A", "[12][089]9999999A", "[RST]99[A-Z][A-Z]9999A", "T[01]9L[LPC]9999A"]),
    "th_id": ("th.pin", ["9999999999999"]),
    "tr_tckn": ("tr.tckimlik", ["99999999999"]),
    "uk_nhs": ("gb.nhs", ["9999999999"]),
    "us_aba_routing": ("us.rtn", ["999999999"]),
    "us_itin": ("us.itin", ["999999999", "99[0-9][5-9]99999", "9999[0-9]9999"]),
    "us_ssn": ("us.ssn", ["999999999", "[067]9[0-9]9[0-9]999[0-9]"]),
    "za_id": ("za.idnr", ["99[01]9[0-3]99999[0-2]99", "990[1-9][012][1-9]9999[01]89"]),
    "luhn": ("luhn", ["9999999999999999", "9999"]),
    "mod11_10": ("iso7064.mod_11_10", ["99999999999"]),
    "mod11_2": ("iso7064.mod_11_2", ["999999999999999[0-9X]", "99999999[0-9X]9"]),
    "mod37_2": ("iso7064.mod_37_2", ["XXXXXXXXXX[0-9A-Z*]"]),
    "mod37_36": ("iso7064.mod_37_36", ["XXXXXXXXXXX"]),
    "mod97": ("iso7064.mod_97_10", ["XXXXXXXXXXXX99"]),
    "verhoeff": ("verhoeff", ["999999999999"]),
}

# Rules that python-stdnum does not have; their vectors in axiom-pii come from the documents that they name.
WITHOUT_ORACLE = {
    "au_medicare", "base58check", "bech32", "eip55", "icao9303", "sg_nric", "uk_nino", "us_mbi", "us_npi", "vin",
}  # fmt: skip


class Deviation(NamedTuple):
    """A reason to differ, the values it concerns, one of them, and what the rule says of it."""

    reason: str
    concerns: Callable[[str], bool]
    example: str
    valid: bool


def unborn(module: str, value: str) -> bool:
    return bool(oracle(module).get_birth_date(value) > date.today())


DEVIATIONS = {
    "btc_address": [
        Deviation(
            "BIP 173 refuses mixed case",
            lambda value: value != value.lower() and value != value.upper(),
            "bc1qAR0SRRR7xfkvy5l643lydnw9re59gtzzwf5mdq",
            False,
        ),
        Deviation(
            "BIP 350: later programs than the first have another checksum",
            lambda value: value[:3].lower() == "bc1" and value[3:4].lower() != "q",
            "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
            True,
        ),
    ],
    "cn_ric": [
        Deviation("any district of a province", lambda value: not has_district(value), "544117115103046610", True),
    ],
    "dk_cpr": [
        Deviation("dates are not compared with the clock", lambda value: unborn("dk.cpr", value), "2508566125", True),
    ],
    "iban": [
        Deviation(
            "check digits that ISO 7064 never yields",
            lambda value: value[2:4] in ("00", "01", "99"),
            "GB01YCOZ08617114061883",
            False,
        ),
        Deviation(
            "check digits are no letters",
            lambda value: not value[2:4].isdigit(),
            "LT0L3728768970080953",
            False,
        ),
        Deviation(
            "the check digits that the countries have of their own are not looked at",
            lambda value: value[:2] in ("BE", "ES", "ME", "NO"),
            "BE54581404402540",
            True,
        ),
    ],
    "imei": [
        Deviation("the check digit is wanted", lambda value: len(value) in (14, 16), "35387925265263", False),
    ],
    "it_codice_fiscale": [
        Deviation("persons only", lambda value: value.isdigit(), "00743110157", False),
    ],
    "mod11_2": [
        Deviation("X is the check character only", lambda value: "X" in value[:-1], "09248X4", False),
    ],
    "mx_curp": [
        Deviation("improper words are allowed", lambda value: value[:4] in improper(), "PEDO091205HMCNRR02", True),
    ],
    "nl_bsn": [
        Deviation("nine digits, none filled in", lambda value: len(value) < 9, "74614058", False),
    ],
    "no_fodselsnummer": [
        Deviation(
            "dates are not compared with the clock",
            lambda value: unborn("no.fodselsnummer", value),
            "01013064527",
            True,
        ),
    ],
    "se_personnummer": [
        Deviation("nobody was born before the year 100", lambda value: value[:-10] == "00", "006201011290", False),
    ],
    "sg_uen": [
        Deviation(
            "years are not compared with the clock",
            lambda value: value[:4] > str(date.today().year) or (value[0] == "T" and value[1:3] > f"{date.today():%y}"),
            "290015485W",
            True,
        ),
    ],
    "us_itin": [
        Deviation("groups 50 to 65, opened later", lambda value: "50" <= value[3:5] <= "65", "915616082", True),
    ],
}


def oracle(module: str) -> Any:
    return importlib.import_module(f"stdnum.{module}")


def accepts(module: str, value: str) -> bool:
    """What the oracle says; a value that makes it fail in another way is invalid."""
    try:
        return bool(oracle(module).is_valid(value))
    except (ArithmeticError, LookupError, TypeError, ValueError):
        return False


def has_district(value: str) -> bool:
    try:
        oracle("cn.ric").get_birth_place(value)
    except (LookupError, ValueError):
        return False
    return True


def improper() -> frozenset[str]:
    return frozenset(oracle("mx.curp")._name_blacklist)


def made_of(shape: str, values: random.Random) -> str:
    """A random value of a shape."""
    return "".join(values.choice(characters(part)) for part in re.findall(r"\[[^]]*]|.", shape))


@cache
def characters(part: str) -> str:
    known = {"9": string.digits, "A": string.ascii_uppercase, "X": string.digits + string.ascii_uppercase}
    if part.startswith("["):
        return "".join(character for character in string.printable if re.fullmatch(part, character))
    return known.get(part, part)


def iban(values: random.Random) -> str:
    """A number of any country of the registry, as the oracle's copy of it says."""
    country, structure = values.choice(registry())
    classes = {"n": string.digits, "a": string.ascii_uppercase, "c": string.digits + string.ascii_uppercase}
    bban = "".join(values.choice(classes[kind]) for n, kind in structure for _ in range(int(n)))
    check = values.choice(["00", "01", "99", oracle("iban").calc_check_digits(f"{country}00{bban}")])
    return f"{country}{check}{bban}"


@cache
def registry() -> list[tuple[str, list[tuple[str, str]]]]:
    rows = (files("stdnum") / "iban.dat").read_text("utf-8")
    found = re.findall(r'^([A-Z]{2}) .*bban="([^"]+)"', rows, re.MULTILINE)
    return [(country, re.findall(r"(\d+)!([nac])", structure)) for country, structure in found]


def address(values: random.Random) -> str:
    """A bitcoin address: a hash in Base58Check, or one of the examples of BIP 173 and BIP 350."""
    if values.random() < 0.4:
        text = values.choice(SEGWIT)
        return text.upper() if values.random() < 0.3 else text
    payload = bytes([values.choice([0, 0, 0, 5, 5, 6])]) + values.randbytes(20)
    number = int.from_bytes(payload + sha256(sha256(payload).digest()).digest()[:4], "big")
    text = ""
    while number:
        number, place = divmod(number, 58)
        text = BASE58[place] + text
    return "1" * (25 - len((payload + bytes(4)).lstrip(b"\0"))) + text


BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
SEGWIT = [
    "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
    "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq",
    "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
    "bc1pw508d6qejxtdg4y5r3zarvary0c5xw7kw508d6qejxtdg4y5r3zarvary0c5xw7kt5nd6y",
    "bc1sw50qgdz25j",
]


def random_value(rule: str, values: random.Random) -> str:
    if rule == "iban":
        return iban(values)
    if rule == "btc_address":
        return address(values)
    return made_of(values.choice(ORACLES[rule][1]), values)


@cache
def valid_values(rule: str) -> list[str]:
    """Values that the oracle accepts, found by trying."""
    values = random.Random(f"{rule}, valid")
    tries = (random_value(rule, values) for _ in range(30_000))
    return list(islice((value for value in tries if accepts(ORACLES[rule][0], value)), 60))


def mistaken(value: str, values: random.Random) -> str:
    """A value with a mistake that a person makes: a character, two that change places, one too few or too many."""
    place = values.randrange(len(value))
    before, character, after = value[:place], value[place], value[place + 1 :]
    other = values.choice(string.digits if values.random() < 0.7 else string.ascii_uppercase)
    return values.choice(
        [
            before + other + after,
            before + after[:1] + character + after[1:],
            before + after,
            before + other + character + after,
            before + character.swapcase() + after,
        ]
    )


def values_of(rule: str) -> Iterator[str]:
    values = random.Random(rule)
    valid = valid_values(rule)
    for place in range(VALUES):
        known = values.choice(valid)
        yield (random_value(rule, values), known, mistaken(known, values))[place % 3]


@pytest.mark.parametrize("rule", ORACLES)
def test_the_rule_agrees_with_python_stdnum(rule: str) -> None:
    module = ORACLES[rule][0]
    assert valid_values(rule), "no valid value was made"
    deviations = DEVIATIONS.get(rule, [])
    unexplained = []
    for value in values_of(rule):
        if is_theirs_alone(rule, value):
            continue
        valid = pii.validate(rule, value)
        differs = valid != accepts(module, value)
        if differs and not any(deviation.concerns(value) for deviation in deviations):
            unexplained.append((value, valid))
    assert not unexplained


def is_theirs_alone(rule: str, value: str) -> bool:
    """Whether the oracle reads letters in lower case, which the rule leaves to its caller."""
    return rule not in ("btc_address", "iban") and value != value.upper()


@pytest.mark.parametrize(("rule", "deviation"), [(rule, each) for rule in DEVIATIONS for each in DEVIATIONS[rule]])
def test_a_deviation_is_one(rule: str, deviation: Deviation) -> None:
    assert deviation.concerns(deviation.example)
    assert pii.validate(rule, deviation.example) == deviation.valid
    assert accepts(ORACLES[rule][0], deviation.example) != deviation.valid


@pytest.mark.parametrize("rule", [rule for rule in ORACLES if hasattr(oracle(ORACLES[rule][0]), "format")])
def test_values_as_the_oracle_writes_them_are_the_same_without_separators(rule: str) -> None:
    module = oracle(ORACLES[rule][0])
    for value in valid_values(rule):
        written = module.format(value)
        assert module.is_valid(written)
        without = written if rule == "fi_hetu" else re.sub(r"[ ./-]", "", written)
        assert pii.validate(rule, without) == pii.validate(rule, value)


def test_every_rule_has_an_oracle_or_says_that_it_has_none() -> None:
    assert set(pii.rules()) == ORACLES.keys() | WITHOUT_ORACLE


def is_address(text: str) -> bool:
    try:
        ip_interface(text)
    except ValueError:
        return False
    return True


def address_of_a_machine(values: random.Random) -> str:
    """An address of IPv4 or IPv6 as it may be written, with zone or prefix or a mistake."""
    if values.random() < 0.5:
        octets = [values.choice([values.randrange(256), values.randrange(10)]) for _ in range(4)]
        return ".".join(map(str, octets)) + values.choice(["", "", f"/{values.randrange(33)}"])
    ends = 0xFFFF << 112 | 0xFFFF
    address = IPv6Address(values.getrandbits(128) & values.getrandbits(128) & values.choice([-1, ends]))
    text = values.choice([address.exploded, address.compressed, address.compressed.upper()])
    return text + values.choice(["", "", "%eth0", "%1", f"/{values.randrange(129)}"])


def test_addresses_are_those_of_ipaddress() -> None:
    values = random.Random("addresses")
    wrong = []
    for place in range(VALUES):
        text = address_of_a_machine(values)
        if place % 2:
            text = mistaken(text, values)
        seen = pii.scan(f"seen ({text}) there", types=["ip_address"], min_score=0.0)
        whole = [(finding.start, finding.end) for finding in seen] == [(6, 6 + len(text))]
        if whole != is_address(text) and not any(concerns(text) for _, concerns in ADDRESSES):
            wrong.append((text, whole))
    assert not wrong


# Where addresses differ from ``ipaddress``, with the reason.
ADDRESSES: list[tuple[str, Callable[[str], bool]]] = [
    ("a prefix is a number of bits, not a mask", lambda text: "." in text.partition("/")[2]),
    ("no digit to look at", lambda text: not any(map(str.isdigit, re.split("[%/]", text)[0]))),
    ("names of interfaces are letters, digits, hyphens and underscores, fifteen at most", lambda text: "%" in text),
]
