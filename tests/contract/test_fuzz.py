"""schemathesis throws made-up requests at every operation: no answer may be a server error."""

import json
import subprocess
from pathlib import Path

from onemap.tests.support.long_runs import LONG

TOOL = Path(__file__).resolve().parents[2] / ".venv-platform" / "bin" / "schemathesis"
IDS = [f"00000000-0000-4000-8000-00000000000{n}" for n in range(3)]
ALWAYS = {
    "If-Match": ["*", '"1"', '"2"'],
    "If-None-Match": ["*"],
    "Tus-Resumable": ["1.0.0"],
    "Upload-Offset": ["0", "1"],
}


def aimed(document):
    """The document narrowed to few ids and useful headers, so that requests get past the first checks and meet each other's records."""
    for path in document["paths"].values():
        for operation in path.values():
            for parameter in operation["parameters"]:
                if parameter["name"] == "id":
                    parameter["schema"] = {"type": "string", "enum": IDS}
                elif parameter["name"] in ALWAYS:
                    parameter["schema"] = {"type": "string", "enum": ALWAYS[parameter["name"]]}
    document["paths"]["/uploads/{id}"].pop(
        "patch"
    )  # no serializer for its media type: tests/contract/test_uploads.py covers it
    return document


def test_no_request_makes_the_server_fail(platform, a, tmp_path):
    whole = json.loads((platform.folder / "openapi.json").read_text())
    phases = {"wide": "coverage,fuzzing" if LONG else "fuzzing", "aimed": "coverage,fuzzing"}
    examples = dict.fromkeys(phases, "10") if LONG else {"wide": "4", "aimed": "3"}
    for name, document in (("wide", whole), ("aimed", aimed(json.loads(json.dumps(whole))))):
        whole["paths"]["/uploads/{id}"].pop("patch", None)
        (tmp_path / f"{name}.json").write_text(json.dumps(document))
        command = [TOOL, "run", tmp_path / f"{name}.json", "--url", platform.url, "--checks", "not_a_server_error", "--max-examples", examples[name], "--seed", "7",
                   "--phases", phases[name], "--suppress-health-check", "all",
                   "--header", "Authorization: " + a.session.headers["Authorization"]]  # fmt: skip
        done = subprocess.run([str(c) for c in command], cwd=tmp_path, capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert "ERROR - unexpected" not in (platform.folder / "server.log").read_text()
