"""schemathesis throws made-up requests at every operation: no answer may be a server error."""

import subprocess
from pathlib import Path

TOOL = Path(__file__).resolve().parents[2] / ".venv-platform" / "bin" / "schemathesis"


def test_no_request_makes_the_server_fail(platform, a, tmp_path):
    command = [TOOL, "run", platform.folder / "openapi.json", "--url", platform.url, "--checks", "not_a_server_error", "--max-examples", "12", "--seed", "7",
               "--phases", "examples,coverage,fuzzing", "--suppress-health-check", "all",
               "--header", "Authorization: " + a.session.headers["Authorization"]]  # fmt: skip
    done = subprocess.run([str(c) for c in command], cwd=tmp_path, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert "unexpected" not in (platform.folder / "server.log").read_text()
