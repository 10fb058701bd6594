"""Secrets show nothing, and end when their run, their credential or their source says so."""

from __future__ import annotations

import copy
import json
import pickle
import threading
import time
import traceback
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import axiom
import pytest
from axiom.secrets import Ephemeral, ReloadingSecret, Secret, TempCredential

CONTENT = "correct horse"


def credential(**options: Any) -> TempCredential:
    return TempCredential("aws", "connection-41", public={"id": "ASIA"}, secret={"token": CONTENT}, **options)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "password"
    path.touch(mode=0o600)
    path.write_text(f"{CONTENT}\n")
    return path


def test_a_secret_is_what_it_was_made_of() -> None:
    assert Secret(CONTENT).expose() == CONTENT
    assert Secret(b"\0\xff").expose() == b"\0\xff"
    assert Secret(bytearray(b"abc")).expose() == b"abc"
    assert len(Secret.generate().expose()) == 32 and Secret.generate() != Secret.generate()
    secret = Secret(CONTENT)
    assert Secret.of(secret) is secret


def test_nothing_shows_a_secret() -> None:
    for held in (Secret(CONTENT), credential(), Ephemeral(), ReloadingSecret(lambda: CONTENT)):
        for text in (repr(held), str(held), f"{held}", repr([held])):
            assert CONTENT not in text and "ASIA" not in text
        refused: list[Callable[[Any], object]] = [copy.copy, copy.deepcopy, pickle.dumps, json.dumps]
        for refuse in refused:
            with pytest.raises(TypeError) as caught:
                refuse(held)
            assert CONTENT not in str(caught.value)


def test_a_secret_has_no_other_way_in() -> None:
    secret: Any = Secret(CONTENT)
    assert not hasattr(secret, "__dict__")
    for use in (hash, len, iter, bytes, vars, pickle.dumps):
        with pytest.raises(TypeError):
            use(secret)
    with pytest.raises(TypeError):
        pickle.dumps(secret._native)
    assert CONTENT not in repr(secret._native)


def test_a_secret_equals_its_content_and_nothing_else() -> None:
    secret = Secret(CONTENT)
    for same in (CONTENT, CONTENT.encode(), bytearray(CONTENT, "utf-8"), Secret(CONTENT), secret):
        assert secret == same and not secret != same
    for other in ("", CONTENT[:-1], CONTENT.upper(), CONTENT + "\0", None, 7, Secret("")):
        assert secret != other and not secret == other


def test_a_taken_buffer_and_a_borrowed_one_are_overwritten() -> None:
    source = bytearray(CONTENT, "utf-8")
    secret = Secret.take(source)
    assert source == bytes(len(CONTENT)) and secret == CONTENT
    with pytest.raises(KeyError), secret.borrow() as buffer:
        assert buffer == CONTENT.encode()
        raise KeyError
    assert buffer == bytes(len(CONTENT)) and secret == CONTENT


def test_a_variable_is_read_or_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AXIOM_TEST_SECRET", CONTENT)
    assert Secret.from_env("AXIOM_TEST_SECRET").expose() == CONTENT
    for name, reason in (("AXIOM_TEST_UNSET", "UNSET is not set"), ("", "is no name"), ("A=B", "A=B is no name")):
        with pytest.raises(axiom.SecretError, match=reason):
            Secret.from_env(name)


def test_other_types_are_type_errors() -> None:
    wrong: Any
    for wrong in (None, 7, ["a"], memoryview(b"a")):
        with pytest.raises(TypeError):
            Secret(wrong)


def test_a_lone_surrogate_is_an_error_that_shows_nothing() -> None:
    with pytest.raises(axiom.ArgumentError) as caught:
        Secret(f"{CONTENT}\ud800")
    assert CONTENT not in "".join(traceback.format_exception_only(caught.value))


def test_a_credential_gives_its_parts_until_it_is_wiped() -> None:
    with credential() as held:
        assert (held.public("id"), held.expose("token")) == ("ASIA", CONTENT)
        assert (held.provider, held.external_id) == ("aws", "connection-41")
        for lookup in (held.public, held.expose):
            with pytest.raises(KeyError):
                lookup("other")
        record = held.record()
        assert record.keys() == {"provider", "externalId", "expiresAt"} and CONTENT not in str(record)
    for lookup in (held.public, held.expose):
        with pytest.raises(axiom.ExpiredCredentialError):
            lookup("token")


def test_a_credential_ends_by_itself() -> None:
    held = credential(lifetime=timedelta(milliseconds=200))
    time.sleep(0.25)
    with pytest.raises(axiom.ExpiredCredentialError):
        held.expose("token")


def test_the_end_of_a_credential_has_limits() -> None:
    now = datetime.now(timezone.utc)
    assert credential(expires_at=now + timedelta(hours=1)).expires_at == now + timedelta(hours=1)
    with pytest.raises(axiom.ExpiredCredentialError):
        credential(expires_at=now - timedelta(seconds=1))
    both = {"lifetime": timedelta(hours=1), "expires_at": now}
    for options in ({"lifetime": timedelta(hours=13)}, both):
        with pytest.raises(axiom.ArgumentError):
            credential(**options)
    with pytest.raises(axiom.ArgumentError):
        TempCredential("aws", "connection-41", secret={})
    with pytest.raises(TypeError):
        credential(expires_at=datetime(2026, 3, 1))


def test_a_run_ends_with_all_it_kept() -> None:
    held = credential()
    with pytest.raises(ZeroDivisionError), Ephemeral() as run:
        text, data = run.keep(CONTENT), run.keep(b"\xff")
        assert run.keep(held) is held
        assert (text.expose(), data.expose(), text == CONTENT) == (CONTENT, b"\xff", True)
        path = run.directory()
        (path / "file").write_text(CONTENT)
        assert path == run.directory() and path.stat().st_mode & 0o777 == 0o700
        raise ZeroDivisionError
    assert run.ended and not path.exists()
    uses: list[Callable[[], object]] = [text.expose, data.expose, run.directory, lambda: run.keep("")]
    uses += [lambda: text == CONTENT, lambda: Secret(CONTENT) == text]
    for use in uses:
        with pytest.raises(axiom.EndedError):
            use()
    with pytest.raises(axiom.ExpiredCredentialError):
        held.expose("token")
    run.end()


def test_what_a_run_wrote_is_overwritten_and_not_only_removed(tmp_path: Path) -> None:
    with Ephemeral(tmp_path) as run:
        path = run.directory() / "file"
        assert path.parent.parent == tmp_path
        path.write_text(CONTENT)
        (tmp_path / "link").hardlink_to(path)
    assert (tmp_path / "link").read_bytes() == bytes(len(CONTENT))


def test_a_file_is_fetched_anew(file: Path) -> None:
    secret = ReloadingSecret(file, interval=timedelta(0))
    first = secret.current()
    assert first.expose() == CONTENT
    file.write_text("battery staple\r\n")
    assert (secret.current().expose(), first.expose()) == ("battery staple", CONTENT)
    assert ReloadingSecret(file, binary=True).current().expose() == b"battery staple\r\n"
    assert ReloadingSecret(str(file)).refresh().expose() == "battery staple"


def test_a_failed_fetch_keeps_the_last_good_value_and_shows(file: Path) -> None:
    secret = ReloadingSecret(file, interval=timedelta(0))
    assert secret.last_failure is None
    file.unlink()
    assert secret.current().expose() == CONTENT
    assert secret.last_failure is not None and secret.last_failure[0] == "not_found"
    assert secret.last_failure[1] <= datetime.now(timezone.utc)
    with pytest.raises(axiom.FetchError) as caught:
        secret.refresh()
    assert caught.value.failure == "not_found"
    assert secret.age > timedelta(0) and secret.is_stale


def test_a_value_that_is_too_old_is_not_given_out(file: Path) -> None:
    secret = ReloadingSecret(file, interval=timedelta(0), max_age=timedelta(0))
    file.unlink()
    time.sleep(0.001)
    with pytest.raises(axiom.FetchError, match="older"):
        secret.current()


def test_a_file_that_others_can_read_is_refused(file: Path) -> None:
    file.chmod(0o644)
    with pytest.raises(axiom.FetchError) as caught:
        ReloadingSecret(file)
    assert caught.value.failure == "denied"


def test_a_text_that_is_none_is_an_error_that_shows_nothing(file: Path) -> None:
    file.write_bytes(b"abc\xff")
    with pytest.raises(axiom.SecretError) as caught:
        ReloadingSecret(file).current().expose()
    assert "abc" not in "".join(traceback.format_exception(caught.value))


def test_what_a_function_raises_is_the_cause_and_not_repeated() -> None:
    raised = [ValueError("leak"), axiom.FetchError("leak", "denied")]
    answers: list[Any] = [CONTENT, *raised, b"bytes", KeyboardInterrupt()]

    def source() -> str:
        answer: Any = answers.pop(0)
        if isinstance(answer, BaseException):
            raise answer
        return answer  # type: ignore[no-any-return]

    secret = ReloadingSecret(source)
    assert secret.current().expose() == CONTENT and len(answers) == 4
    for failure, cause in (("other", ValueError), ("denied", axiom.FetchError), ("other", TypeError)):
        with pytest.raises(axiom.FetchError) as caught:
            secret.refresh()
        assert caught.value.failure == failure and isinstance(caught.value.__cause__, cause)
        assert "leak" not in str(caught.value)
    with pytest.raises(KeyboardInterrupt):
        secret.refresh()
    assert secret.current().expose() == CONTENT


def test_threads_go_on_with_the_last_value_while_one_fetches() -> None:
    fetching, go_on = threading.Event(), threading.Event()
    values = iter([CONTENT, "second"])

    def source() -> str:
        value = next(values)
        if value != CONTENT:
            fetching.set()
            assert go_on.wait(60)
        return value

    secret = ReloadingSecret(source, interval=timedelta(hours=1))
    thread = threading.Thread(target=secret.refresh)
    thread.start()
    assert fetching.wait(60)
    assert secret.current().expose() == CONTENT
    go_on.set()
    thread.join()
    assert secret.current().expose() == "second"
