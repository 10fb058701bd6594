"""Threads share a recorder and run beside native work; forks are refused."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import axiom
import pytest
from conftest import ORIGIN, event


def test_threads_share_a_recorder(recorder: axiom.Recorder, directory: Path) -> None:
    def work(number: int) -> list[int]:
        return [recorder.record(event(metadata={"thread": number})).seq for _ in range(25)]

    with ThreadPoolExecutor(8) as pool:
        sequences = list(pool.map(work, range(8)))
    assert all(sequence == sorted(sequence) for sequence in sequences)
    assert sorted(seq for sequence in sequences for seq in sequence) == list(range(200))
    assert axiom.verify(directory, recorder.verifier_key, strict=True).entries == 200


def test_checkpoints_are_signed_while_others_record(recorder: axiom.Recorder, directory: Path) -> None:
    def sign(_: int) -> None:
        recorder.record(event())
        recorder.checkpoint()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(sign, range(40)))
    report = axiom.verify(directory, recorder.verifier_key)
    assert report and report.logs[0].anchored == 40


def test_closing_waits_for_what_others_record(directory: Path) -> None:
    recorder = axiom.Recorder(directory, ORIGIN)
    receipts: list[axiom.Receipt] = []

    def work() -> None:
        with pytest.raises(axiom.ClosedError):
            while True:
                receipts.append(recorder.record(event()))

    with ThreadPoolExecutor(4) as pool:
        workers = [pool.submit(work) for _ in range(4)]
        while len(receipts) < 20:
            time.sleep(0.001)
        recorder.close()
        entries = len(list(axiom.entries(directory)))
        for worker in workers:
            worker.result()
    assert entries == len(receipts)


def longest_pause(work: Callable[[], object]) -> tuple[float, float]:
    """How long ``work`` takes in another thread, and for how long it keeps this one from running."""
    thread = threading.Thread(target=work)
    started = last = time.perf_counter()
    pause = 0.0
    thread.start()
    while thread.is_alive():
        now = time.perf_counter()
        pause, last = max(pause, now - last), now
    end = time.perf_counter()
    return end - started, max(pause, end - last)


def test_a_pause_is_noticed() -> None:
    # Backtracking in a regular expression keeps all other threads from running.
    duration, pause = longest_pause(lambda: re.match("(a+)+$", "a" * 23 + "b"))
    assert pause > duration / 2


def test_other_threads_run_while_a_long_text_is_scanned() -> None:
    text = "1234 5678 9012 3456 " * 1_000_000
    duration, pause = longest_pause(lambda: axiom.pii.scan(text))
    assert pause < duration / 2


def test_other_threads_run_while_a_log_is_verified(recorder: axiom.Recorder, directory: Path) -> None:
    recorder.record_many([event(reason="x" * 5_000)] * 10_000)
    duration, pause = longest_pause(lambda: axiom.verify(directory, strict=True))
    assert pause < duration / 2


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_a_fork_does_not_use_the_recorder_of_its_parent(directory: Path) -> None:
    program = f"""
import os, sys, warnings, axiom
warnings.simplefilter("ignore")
recorder = axiom.Recorder({str(directory)!r}, "audit.example.com")
event = {{"organizationId": "acme", "actionType": "apply.applied"}}
recorder.record(event)
child = os.fork()
if child == 0:
    try:
        recorder.record(event)
    except axiom.ClosedError as error:
        assert "fork" in str(error) and recorder.closed
        recorder.close()
        del recorder
        sys.exit(7)
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
assert recorder.record(event).seq == 1
"""
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)
    assert axiom.verify(directory).entries == 2
