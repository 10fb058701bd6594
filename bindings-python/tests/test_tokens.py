"""Tokens: the vectors that the Rust tests read, refusals by their types, revocation, wrong inputs."""

from __future__ import annotations

import json
import stat
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import axiom
import pytest
from axiom import tokens

SEED = bytes([7]) * 32
DAY = timedelta(days=1)
REFUSALS = {
    "malformed": axiom.MalformedTokenError,
    "unknown key": axiom.UnknownKeyError,
    "bad signature": axiom.BadSignatureError,
}


@pytest.fixture(scope="module")
def vectors(repository: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((repository / "axiom-crypto/tests/vectors/tokens.json").read_text("utf-8"))
    return read


@pytest.fixture
def issuer() -> tokens.Issuer:
    return tokens.Issuer.from_seed(SEED)


def second(unix: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(seconds=unix)


def of_vectors(vectors: dict[str, Any], at: int = 1_772_323_200) -> tokens.Verifier:
    return tokens.Verifier([bytes.fromhex(vectors["public_key"])], at=second(at))


def test_the_tokens_of_the_vectors_say_what_they_should(vectors: dict[str, Any]) -> None:
    for vector in vectors["tokens"]:
        verifier = of_vectors(vectors, vector["not_before"])
        token = verifier.verify(vector["token"], vector["kind"], vector["organization"])
        expires_at = vector["expires_at"]
        assert token == tokens.Token(
            vector["id"],
            vector["kind"],
            vector["organization"],
            second(vector["issued_at"]),
            second(vector["not_before"]),
            None if expires_at is None else second(expires_at),
            vector["subject"] or None,
            frozenset(vector["scopes"]),
            vector["claims"],
            vectors["key_id"],
        ), vector["name"]
        assert tokens.inspect(vector["token"]) == token


def test_the_refused_tokens_of_the_vectors_are_refused_for_their_reason(vectors: dict[str, Any]) -> None:
    assert len(vectors["refused_tokens"]) == 27
    for vector in vectors["refused_tokens"]:
        with pytest.raises(axiom.TokenError) as caught:
            of_vectors(vectors).verify_any_organization(vector["token"], "api")
        assert caught.type is REFUSALS[vector["reason"]], vector["name"]


def test_the_lists_of_the_vectors_say_what_they_should(vectors: dict[str, Any]) -> None:
    for vector in vectors["lists"]:
        taken = of_vectors(vectors).update_revocations(bytes.fromhex(vector["list"]))
        assert (taken.number, taken.key_id) == (vector["number"], vectors["key_id"])
        assert (taken.issued_at, taken.expires_at) == (second(vector["issued_at"]), second(vector["expires_at"]))
        assert list(taken.revocations.tokens) == vector["tokens"]
        for name in ("organizations", "keys"):
            before = {key: second(time) for key, time in vector[name].items()}
            assert getattr(taken.revocations, name) == before
    assert len(vectors["refused_lists"]) == 9
    for vector in vectors["refused_lists"]:
        with pytest.raises(axiom.TokenError) as caught:
            of_vectors(vectors).update_revocations(bytes.fromhex(vector["list"]))
        assert caught.type is REFUSALS[vector["reason"]], vector["name"]


def test_a_seed_gives_the_key_of_the_vectors(vectors: dict[str, Any]) -> None:
    issuer = tokens.Issuer.from_seed(bytes.fromhex(vectors["seed"]))
    assert (issuer.public_key.hex(), issuer.key_id) == (vectors["public_key"], vectors["key_id"])


def test_a_token_says_what_was_asked_for(issuer: tokens.Issuer) -> None:
    begin = datetime.now(timezone.utc).replace(microsecond=0) - timedelta(seconds=1)
    issued = issuer.issue("api", "acme", lifetime=DAY, subject="ci", scopes={"b", "a"}, claims={"plan": "team"})
    token = tokens.Verifier([issuer.public_key]).verify(issued.text, "api", "acme")
    assert token == issued.token
    assert (token.subject, sorted(token.scopes), dict(token.claims)) == ("ci", ["a", "b"], {"plan": "team"})
    assert token.issued_at >= begin and token.expires_at == token.not_before + DAY
    assert "ci" not in repr(token) and issued.text.expose() not in repr(issued)


def test_a_key_file_is_private_and_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "tokens.key"
    public_key = tokens.generate_key(path, "tokens.example.com")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert tokens.Issuer(path).public_key == public_key
    with pytest.raises(axiom.KeyFileError):
        tokens.generate_key(path, "tokens.example.com")
    with pytest.raises(axiom.KeyFileError):
        tokens.Issuer(tmp_path / "missing.key")
    path.chmod(0o644)
    with pytest.raises(axiom.KeyFileError, match="chmod 600"):
        tokens.Issuer(path)


def test_every_refusal_has_a_type_and_says_what_helps(issuer: tokens.Issuer) -> None:
    now = datetime.now(timezone.utc).replace(microsecond=0)
    issued = issuer.issue("api", "acme", lifetime=DAY, not_before=now + DAY)
    text, kept = issued.text, [issuer.public_key]
    with pytest.raises(axiom.WrongKindError):
        tokens.Verifier(kept).verify(text, "licence", "acme")
    with pytest.raises(axiom.WrongOrganizationError) as wrong:
        tokens.Verifier(kept).verify(text, "api", "other")
    assert "acme" not in str(wrong.value)
    with pytest.raises(axiom.NotYetValidError) as early:
        tokens.Verifier(kept).verify(text, "api", "acme")
    assert early.value.not_before == now + DAY
    with pytest.raises(axiom.ExpiredTokenError) as late:
        tokens.Verifier(kept, at=now + 2 * DAY, skew=timedelta(0)).verify(text, "api", "acme")
    assert late.value.expires_at == now + 2 * DAY
    with pytest.raises(axiom.MissingScopeError) as lacking:
        issued.token.require_scope("audit:read")
    assert lacking.value.scope == "audit:read"
    other = tokens.Issuer.from_seed(bytes(32))
    with pytest.raises(axiom.UnknownKeyError) as unknown:
        tokens.Verifier([other.public_key]).verify(text, "api", "acme")
    assert unknown.value.key_id == issuer.key_id
    with pytest.raises(axiom.MalformedTokenError):
        tokens.inspect("axt1_AAAA")


def test_every_changed_character_is_refused(issuer: tokens.Issuer) -> None:
    text = issuer.issue("licence", "acme").text.expose()
    verifier = tokens.Verifier([issuer.public_key])
    assert verifier.verify(text, "licence", "acme").expires_at is None
    for place in range(len(text)):
        changed = text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]
        with pytest.raises(axiom.TokenError):
            verifier.verify(changed, "licence", "acme")


def test_what_is_revoked_does_not_count(issuer: tokens.Issuer) -> None:
    first, second = issuer.issue("licence", "acme"), issuer.issue("licence", "acme")
    verifier = tokens.Verifier([issuer.public_key], require_revocations=True)
    with pytest.raises(axiom.NoRevocationsError):
        verifier.verify(first.text, "licence", "acme")
    listed = issuer.sign_revocations(tokens.Revocations([first.token.id]), number=2, lifetime=DAY)
    taken = verifier.update_revocations(listed)
    assert (taken.number, tuple(taken.revocations.tokens)) == (2, (first.token.id,))
    assert verifier.verify(second.text, "licence", "acme") == second.token
    with pytest.raises(axiom.RevokedError):
        verifier.verify(first.text, "licence", "acme")
    with pytest.raises(axiom.OldRevocationsError):
        verifier.update_revocations(issuer.sign_revocations(tokens.Revocations(), number=1, lifetime=DAY))
    later = second.token.issued_at + DAY
    acme, key = {"acme": later}, {issuer.key_id: later}
    for number, revoked in enumerate((tokens.Revocations((), acme), tokens.Revocations((), {}, key)), start=3):
        verifier.update_revocations(issuer.sign_revocations(revoked, number=number, lifetime=DAY))
        with pytest.raises(axiom.RevokedError):
            verifier.verify(second.text, "licence", "acme")


def test_keys_overlap_while_they_are_rotated(issuer: tokens.Issuer) -> None:
    new = tokens.Issuer.from_seed(bytes(32))
    old_text, new_text = (each.issue("licence", "acme").text for each in (issuer, new))
    verifier = tokens.Verifier([issuer.public_key])
    verifier.replace_keys([issuer.public_key, new.public_key])
    assert verifier.verify(old_text, "licence", "acme") and verifier.verify(new_text, "licence", "acme")
    yesterday = datetime.now(timezone.utc) - DAY
    verifier.replace_keys([tokens.PublicKey(issuer.public_key, valid_until=yesterday), new.public_key])
    assert verifier.verify(new_text, "licence", "acme")
    with pytest.raises(axiom.UnknownKeyError):
        verifier.verify(old_text, "licence", "acme")


@pytest.mark.parametrize(
    "options",
    [
        {"kind": "other"},
        {"organization": "two words"},
        {"lifetime": None},
        {"lifetime": timedelta(0)},
        {"lifetime": 367 * DAY},
        {"scopes": ["Upper"]},
        {"claims": {"name": "v" * 1025}},
        {"subject": "line\nfeed"},
        {"lifetime": -DAY},
    ],
    ids=str,
)
def test_a_request_out_of_its_limits_is_an_error(options: dict[str, Any], issuer: tokens.Issuer) -> None:
    with pytest.raises(ValueError):
        issuer.issue(**{"kind": "api", "organization": "acme", "lifetime": DAY, **options})


def test_other_types_are_type_errors(issuer: tokens.Issuer) -> None:
    wrong: Any
    naive = datetime(2026, 3, 1)
    for wrong in ({"lifetime": 60}, {"scopes": "audit:read"}, {"claims": {"a": 1}}, {"not_before": naive}):
        with pytest.raises(TypeError):
            issuer.issue("licence", "acme", **wrong)
    for wrong in (None, 7, ["text"]):
        with pytest.raises(TypeError):
            tokens.Verifier([issuer.public_key]).verify(wrong, "api", "acme")
    wrong = issuer.public_key
    with pytest.raises(TypeError):
        tokens.Verifier(wrong)
    wrong = None
    with pytest.raises(TypeError):
        tokens.Verifier([issuer.public_key]).verify(issuer.issue("licence", "acme").text, "licence", wrong)


def test_keys_are_checked(issuer: tokens.Issuer) -> None:
    for keys in ([], [bytes(32)], [issuer.public_key] * 2):
        with pytest.raises(axiom.ArgumentError):
            tokens.Verifier(keys)
    with pytest.raises(axiom.ArgumentError):
        tokens.Issuer.from_seed(bytes(31))
