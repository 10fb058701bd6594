"""An outsider's verifier, which knows nothing of axiom, agrees with it on logs of the wheel and of the command line."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import axiom
import independent_verifier
import pytest
from conftest import ORIGIN, event


class Published(NamedTuple):
    """What an outsider is given."""

    log: bytes
    note: str
    vkey: str

    @property
    def lines(self) -> list[bytes]:
        return self.log.splitlines(keepends=True)

    def verify(self) -> tuple[str, int, int]:
        return independent_verifier.verify(self.log, self.note, self.vkey)


EVENTS = [event(reason=f"number {number}, ünï 🙂", metadata={"log": "x", "seq": number}) for number in range(7)]


def by_wheel(directory: Path) -> Published:
    with axiom.Recorder(directory, ORIGIN) as recorder:
        recorder.record_many(EVENTS)
        (note,) = recorder.checkpoint()
        return Published(axiom.export(directory), note, recorder.verifier_key)


def by_command(directory: Path, command: Path) -> Published:
    def run(*arguments: str, lines: str = "") -> bytes:
        call: list[str | Path] = [command, "audit", arguments[0], directory, *arguments[1:]]
        return subprocess.run(call, input=lines.encode(), stdout=subprocess.PIPE, check=True).stdout

    vkey = run("init", "--origin", ORIGIN).decode()
    run("append", "-", lines="".join(json.dumps(each) + "\n" for each in EVENTS))
    note = run("checkpoint").decode()
    return Published(run("export", "--format", "jsonl"), note, vkey)


@pytest.fixture(params=["wheel", "command"])
def published(request: pytest.FixtureRequest, directory: Path) -> Published:
    if request.param == "wheel":
        return by_wheel(directory)
    return by_command(directory, request.getfixturevalue("command"))


def test_an_untouched_log_verifies(published: Published, directory: Path) -> None:
    origin, entries, signed = published.verify()
    (log,) = axiom.verify(directory, published.vkey, [published.note]).logs
    assert (origin, entries, signed) == (log.origin, log.entries, log.anchored) == (origin, 7, 7)


def test_every_flipped_byte_is_refused(published: Published) -> None:
    for place in range(len(published.log)):
        log = bytearray(published.log)
        log[place] ^= 1
        if place == len(log) - 1:
            continue  # the newline after the last entry belongs to no entry
        with pytest.raises(Exception):
            published._replace(log=bytes(log)).verify()


def test_lines_that_are_lost_repeated_or_moved_are_refused(published: Published) -> None:
    lines = published.lines
    for place in range(7):
        lost = lines[:place] + lines[place + 1 :]
        repeated = lines[: place + 1] + lines[place:]
        moved = lost[:3] + [lines[place]] + lost[3:]
        for changed in (lost, repeated, moved):
            if changed != lines:
                with pytest.raises(ValueError):
                    published._replace(log=b"".join(changed)).verify()


def test_a_rewritten_history_is_refused_by_its_root(published: Published, tmp_path: Path) -> None:
    path = tmp_path / "rewritten"
    with axiom.Recorder(path, ORIGIN) as recorder:
        recorder.record_many(EVENTS)
    forged = axiom.export(path)
    origin = published.note.split("\n")[0]
    lines, prev = [], independent_verifier.sha256(b"axiom-audit/v1/genesis\n", origin.encode(), b"\n")
    for seq, line in enumerate(forged.splitlines()):
        head = line[: line.rindex(b',"log":"')]
        line = head + f',"log":"{origin}","prev":"{prev.hex()}","seq":{seq},"v":1}}'.encode()
        prev = independent_verifier.sha256(b"\0", line)
        lines.append(line)
    with pytest.raises(ValueError, match="not those that were signed"):
        published._replace(log=b"\n".join(lines)).verify()


def test_a_changed_note_or_another_key_is_refused(published: Published, tmp_path: Path) -> None:
    text, signature = published.note.rsplit("\n\n", 1)
    origin, _, root = text.split("\n")
    forged = "\n\n".join([f"{origin}\n6\n{root}", signature])
    with pytest.raises(Exception):
        published._replace(note=forged).verify()
    with axiom.Recorder(tmp_path / "other", ORIGIN) as recorder, pytest.raises(ValueError, match="not signed"):
        published._replace(vkey=recorder.verifier_key).verify()


def test_it_runs_as_a_program(published: Published, tmp_path: Path) -> None:
    (tmp_path / "note").write_text(published.note, encoding="utf-8")
    (tmp_path / "log").write_bytes(published.log)
    paths = [str(tmp_path / "note"), str(tmp_path / "log")]
    call = [sys.executable, independent_verifier.__file__, published.vkey.strip(), *paths]
    answer = subprocess.run(call, capture_output=True, text=True)
    assert answer.returncode == 0 and answer.stdout.endswith("7 entries, 7 of them signed\n")
    (tmp_path / "log").write_bytes(b"".join(published.lines[:-1]))
    answer = subprocess.run(call, capture_output=True, text=True)
    assert answer.returncode == 1 and "6 entries are left of 7" in answer.stderr


def test_the_independent_verifier_does_not_know_axiom() -> None:
    program = "import sys, independent_verifier; print('axiom' in sys.modules)"
    directory = Path(independent_verifier.__file__).parent
    assert subprocess.check_output([sys.executable, "-c", program], cwd=directory, text=True) == "False\n"
