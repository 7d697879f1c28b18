"""tools/process starts QGIS's own Python, whatever Python the person's shell has put in front."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_another_python_in_front_of_the_path_does_no_harm(tmp_path):
    """An environment of pyenv or conda: its bin folder comes first and holds a python3 of another prefix."""
    other = tmp_path / "other"
    for folder in ("bin", "lib"):
        (other / folder).mkdir(parents=True)
    (other / "bin" / "python3").write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    (other / "bin" / "python3").chmod(0o755)
    (other / "lib" / "python3.11").mkdir()
    (other / "lib" / "python3.11" / "os.py").write_text("raise SystemError('the wrong home')\n")
    environment = {**os.environ, "PATH": f"{other / 'bin'}:{os.environ['PATH']}", "PYTHONHOME": str(other)}
    done = subprocess.run(
        [str(ROOT / "tools" / "process"), "help", "onemap:statutoryarea"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert "area_m2" in done.stdout
