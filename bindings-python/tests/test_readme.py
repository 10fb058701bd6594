"""The Python program of the README runs."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path


def test_the_program_of_the_readme_runs(repository: Path, tmp_path: Path) -> None:
    (program,) = re.findall(r"^```python\n(.*?)^```$", (repository / "README.md").read_text("utf-8"), re.M | re.S)
    call = [sys.executable, "-W", "error", "-c", program]
    answer = subprocess.run(call, cwd=tmp_path, capture_output=True, text=True)
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout and list(tmp_path.iterdir()) == []
