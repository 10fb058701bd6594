"""SQL injection: modes, places in code points and bytes, wrong inputs."""

from __future__ import annotations

import axiom
import pytest
from axiom import sqli


def test_an_attack_has_a_category_and_a_place() -> None:
    text = "é🙂' union select password from users --"
    report = sqli.scan(text)
    assert report.blocked and "union" in report.categories and report.rule == "union_select"
    assert report.start is not None and text[report.start :].startswith("union")


def test_bytes_need_not_be_text() -> None:
    report = sqli.scan(b"1\xa0union\xa0select\xa02")
    assert report.blocked and report.start == 2


def test_the_mode_decides() -> None:
    query = "SELECT name FROM users WHERE id IN (SELECT 7)"
    assert [sqli.scan(query, mode).blocked for mode in ("field", "prompt", "statement")] == [True, False, False]


def test_what_has_no_sign_has_no_place() -> None:
    report = sqli.scan("plain words")
    assert (report.score, report.categories, report.start, report.end, report.rule) == (0.0, (), None, None, None)


def test_wrong_inputs_are_refused() -> None:
    with pytest.raises(axiom.ArgumentError):
        sqli.scan("x", "nonsense")  # type: ignore[arg-type]
    with pytest.raises(axiom.ArgumentError):
        sqli.scan("\ud800")
    with pytest.raises(TypeError):
        sqli.scan(7)  # type: ignore[arg-type]


def test_every_text_of_a_document_is_scanned_and_named() -> None:
    document = {"a/b": [1, None, "1 or 1=1"], "1 union select 2": "x", "c~d": {"e": ("plain", "1; drop table t")}, 7: 1.5}
    found = [(located.pointer, located.is_key) for located in sqli.scan_json(document)]
    assert found == [("/1 union select 2", True), ("/a~1b/2", False), ("/c~0d/e/1", False)]
    deep: object = "1 or 1=1"
    for _ in range(5000):
        deep = [deep]
    assert sqli.scan_json(deep)[0].report.blocked


def test_what_the_host_decodes_is_decoded() -> None:
    assert sqli.decode("１ &#39;é", ["full_width", "html_entities"]) == "1 'é".encode()
    assert sqli.decode(b"\xff%41", ["url"]) == b"\xffA"
    assert sqli.decode(b"a", []) == b"a"
    with pytest.raises(axiom.ArgumentError, match="unicode_escapes"):
        sqli.decode("x", ["base64"])


def test_every_rule_holds_its_examples() -> None:
    for rule in sqli.rules():
        assert sqli.scan(rule.attack, rule.mode).blocked, rule.id  # type: ignore[arg-type]
        assert not sqli.scan(rule.benign, rule.mode).blocked, rule.id  # type: ignore[arg-type]
