"""Scanners with settings, documents, streams, columns and logs."""

from __future__ import annotations

import io
import json
import logging
from typing import Any

import axiom
import pytest
from axiom.pii import RedactingFilter, Scanner

TEXT = "🙂 bob@example.com paid with 4111 1111 1111 1111, SSN 536-90-4399"


@pytest.mark.parametrize(
    "settings, complaint",
    [
        ({"tpyes": []}, "tpyes"),
        ({"types": ["shoe_size"]}, "shoe_size"),
        ({"min_score": 7}, "min_score"),
        ({"regions": ["Germany"]}, "regions"),
        ({"rules": [{"action": "burn"}]}, "action"),
        ({"operators": {"email": "token"}}, "email"),
        ({"types": {1, 2}}, "settings"),
    ],
)
def test_settings_that_make_no_sense_are_refused(settings: dict[str, Any], complaint: str) -> None:
    with pytest.raises(axiom.exceptions.ArgumentError, match=complaint):
        Scanner(**settings)


def test_settings_are_those_of_a_configuration_file() -> None:
    scanner = Scanner.from_toml('types = ["email"]\n[min_scores]\nemail = 1.0\n')
    assert scanner.scan(TEXT) == []
    with pytest.raises(axiom.exceptions.ArgumentError, match="line 2"):
        Scanner.from_toml('types = ["email"]\nnonsense = 1\n')


def test_operators_replace_by_type_and_keys_by_organization() -> None:
    def redact(organization: str, key: bytes) -> str:
        operators = {"email": "token", "credit_card": {"operator": "mask", "keep_last": 4}}
        return Scanner(organization=organization, key=key, operators=operators).redact(TEXT)

    redacted = redact("acme", bytes(32))
    assert "**** **** **** 1111" in redacted and "[REDACTED:us_ssn]" in redacted and "bob" not in redacted
    assert redacted == redact("acme", bytes(32))
    assert len({redacted, redact("globex", bytes(32)), redact("acme", b"1" * 32)}) == 3
    for arguments in ({"organization": "acme"}, {"key": bytes(32)}):
        with pytest.raises(axiom.exceptions.ArgumentError):
            Scanner(**arguments)


def test_sealed_values_open_with_the_key_alone() -> None:
    scanner = Scanner(organization="acme", key=bytes(32), operator="seal")
    sealed = scanner.redact(TEXT)
    assert scanner.reveal(sealed) == TEXT
    other = Scanner(organization="acme", key=b"1" * 32, operator="seal")
    assert other.reveal(sealed) == sealed


def test_what_is_blocked_is_refused_without_its_value() -> None:
    scanner = Scanner(rules=[{"action": "block", "type": "us_ssn", "point": "gateway"}])
    passed, found = scanner.enforce(TEXT)
    assert "536" not in passed and {each.action for each in found} == {"redact"}
    with pytest.raises(axiom.exceptions.BlockedError) as refused:
        scanner.at("gateway").enforce(TEXT)
    assert str(refused.value) == "blocked: us_ssn"
    [ssn] = [each for each in refused.value.findings if each.action == "block"]
    assert TEXT[ssn.start : ssn.end] == "536-90-4399"


def test_documents_are_read_by_their_keys() -> None:
    document = '{"é": "🙂", "customer": {"ssn": 536904399}}'
    [found] = Scanner().scan_json(document)
    assert (found.pointer, document[found.start : found.end]) == ("/customer/ssn", "536904399")
    [found] = Scanner().scan_json(document.encode())
    assert document.encode()[found.start : found.end] == b"536904399"
    assert json.loads(Scanner().redact_json(document))["customer"] == {"ssn": "[REDACTED:us_ssn]"}
    assert Scanner().redact_json(document.encode()) == Scanner().redact_json(document).encode()
    with pytest.raises(axiom.exceptions.DocumentError) as refused:
        Scanner().redact_json('{"to": bob@example.com')
    assert "bob" not in str(refused.value)


def test_tables_are_read_by_their_columns() -> None:
    assert Scanner().redact_csv("id;ssn\n1;536904399\n", delimiter=";") == "id;ssn\n1;[REDACTED:us_ssn]\n"
    assert Scanner().redact_csv(b"1,bob@example.com\n", header=False) == b"1,[REDACTED:email]\n"
    with pytest.raises(axiom.exceptions.ArgumentError):
        Scanner().redact_csv("a", delimiter="x")  # type: ignore[arg-type]


@pytest.mark.parametrize("size", [1, 2, 7, 1000])
def test_a_stream_is_the_whole_text(size: int) -> None:
    text = (TEXT + " and so on, é 🙂\n") * 30
    redactor = Scanner().stream()
    chunks = [text[at : at + size] for at in range(0, len(text), size)]
    assert "".join(redactor.redact(chunks)) == Scanner().redact(text)
    assert [text[found.start : found.end] for found in redactor.findings][:3] == [
        "bob@example.com",
        "4111 1111 1111 1111",
        "536-90-4399",
    ]
    assert len(redactor.findings) == 90
    raw = Scanner().stream_bytes()
    assert b"".join(raw.redact([text.encode(), b"\xff"])) == Scanner().redact(text).encode() + b"\xff"
    found = raw.findings[-1]
    assert text.encode()[found.start : found.end] == b"536-90-4399"


def test_a_stream_ends_before_what_is_blocked() -> None:
    redactor = Scanner(rules=[{"action": "block", "type": "us_ssn"}]).stream()
    passed = redactor.push("🙂 bob@example.com, ")
    with pytest.raises(axiom.exceptions.BlockedError) as refused:
        redactor.push("536-90-4399")
        redactor.finish()
    assert passed == "" and refused.value.findings[-1].start == 19
    assert redactor.push("more") + redactor.finish() == "more"


def test_wrong_chunks_are_refused() -> None:
    redactor = Scanner().stream()
    with pytest.raises(axiom.exceptions.ArgumentError):
        redactor.push("\ud800")
    with pytest.raises((TypeError, AttributeError)):
        redactor.push(7)  # type: ignore[arg-type]


def test_columns_of_pandas_are_redacted_by_their_names() -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"ssn": [536904399, 1], "note": ["bob@example.com", None], "price": [1.5, 2.0]})
    redacted = frame.apply(Scanner().redact_column)
    assert list(redacted["ssn"]) == ["[REDACTED:us_ssn]", 1]
    assert redacted["note"][0] == "[REDACTED:email]" and pandas.isna(redacted["note"][1])
    assert list(redacted["price"]) == [1.5, 2.0]


def test_logs_hold_nothing_personal() -> None:
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.addFilter(RedactingFilter())
    logger = logging.getLogger("test_scanner")
    logger.propagate = False
    logger.addHandler(handler)
    logger.warning("mail to %s and %(x)s", "bob@example.com")
    logger.warning("%s", {"ssn": "536-90-4399"})
    try:
        raise ValueError("eve@example.com")
    except ValueError:
        logger.exception("failed", stack_info=True)
    logger.removeHandler(handler)
    text = out.getvalue()
    assert "example.com" not in text and "4399" not in text
    assert "[REDACTED:email]" in text and "ValueError" in text


def test_a_scanner_serves_many_threads() -> None:
    from concurrent.futures import ThreadPoolExecutor

    scanner = Scanner()
    with ThreadPoolExecutor(8) as pool:
        results = set(pool.map(scanner.redact, [TEXT * 100] * 64))
    assert len(results) == 1
