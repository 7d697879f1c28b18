"""schemathesis throws made-up requests at every operation: none is a server error, nothing wrong is accepted, every
answer is of a status and a media type that the contract knows."""

import base64
import json
import subprocess
from pathlib import Path

import pytest
from onemap.tests.support.long_runs import LONG

TOOL = Path(__file__).resolve().parents[2] / ".venv-platform" / "bin" / "schemathesis"
IDS = [f"00000000-0000-4000-8000-00000000000{n}" for n in range(3)]
SHAPE = {"type": "Polygon", "coordinates": [[[119.01, 30.105], [119.1, 30.105], [119.1, 30.2], [119.01, 30.105]]]}
SAMPLED = ("changes", "control_line", "package", "plan_org", "project_site")
USEFUL = {
    "id": IDS,
    "crs": ["http://www.opengis.net/def/crs/OGC/1.3/CRS84", "http://www.opengis.net/def/crs/EPSG/0/4490"],
    "datetime": ["2024-01-01/..", "2024-05-31"],
    "If-Match": ["*", '"1"', '"2"'],
    "Tus-Resumable": ["1.0.0"],
    "Upload-Offset": ["0", "1"],
    "Upload-Metadata": [f"package {base64.b64encode(IDS[0].encode()).decode()}"],
}
CONTRACT = "not_a_server_error,status_code_conformance,content_type_conformance"
CHECKS = {"wide": CONTRACT, "aimed": CONTRACT + ",negative_data_rejection"}
SETTINGS = """[checks.negative_data_rejection]
expected-statuses = [400, 401, 403, 404, 405, 406, 409, 412, 415, 422, 428, 429]
"""


def aimed(document):
    """The document narrowed to few ids, useful headers and values that pass, so that requests get past the first checks,
    meet each other's records, and fail by one bad value, not by another before it is read. Keys of one value would
    refuse every second request: test_records.py has them."""
    if not LONG:  # the others go through the same code
        document["paths"] = {path: item for path, item in document["paths"].items() if _is_sampled(path)}
    for path in document["paths"].values():
        for method, operation in path.items():
            left_out = ("Idempotency-Key", "If-None-Match" if method == "put" else "")
            operation["parameters"] = [p for p in operation["parameters"] if p["name"] not in left_out]
            for parameter in operation["parameters"]:
                if method == "delete" and parameter["name"] == "id":
                    parameter["schema"] = {"type": "string", "enum": IDS[2:]}
                elif parameter["name"] in USEFUL:
                    parameter["schema"] = {"type": "string", "enum": USEFUL[parameter["name"]]}
            for content in operation.get("requestBody", {}).get("content", {}).values():
                feature = content["schema"]["properties"]
                feature["geometry"] = {"enum": [SHAPE if "properties" in feature["geometry"] else None]}
                feature["properties"]["properties"]["county"] = {"type": "string", "enum": ["330110"]}
    return document


def _is_sampled(path):
    parts = path.split("/")
    return parts[1] != "collections" or parts[2:3] == [] or parts[2] in SAMPLED


def document_of(platform, name):
    """The contract's document, "aimed" or "wide"."""
    document = json.loads((platform.folder / "openapi.json").read_text())
    document["paths"]["/uploads/{id}"].pop("patch")  # no serializer for its media type: see test_uploads.py
    return aimed(document) if name == "aimed" else document


def put_records(caller):
    """Records under the ids that requests are aimed at: what changes them gets through to the database."""
    for collection in SAMPLED[2:]:
        for item in IDS:
            done = caller.put(collection, item)
            assert done.status_code == 201, done.text


def fuzzed(platform, caller, tmp_path, name):
    """What schemathesis says of the platform, "" where it found nothing."""
    (tmp_path / f"{name}.json").write_text(json.dumps(document_of(platform, name)))
    (tmp_path / "settings.toml").write_text(SETTINGS)
    command = [TOOL, "--config-file", "settings.toml", "run", f"{name}.json", "--url", platform.url, "--seed", "7",
               "--checks", CHECKS[name], "--phases", "coverage,fuzzing", "--max-examples", "10" if LONG else "3",
               "--suppress-health-check", "all", "--request-timeout", "60",
               "--header", "Authorization: " + caller.session.headers["Authorization"]]  # fmt: skip
    done = subprocess.run([str(c) for c in command], cwd=tmp_path, capture_output=True, text=True, timeout=300)
    return "" if done.returncode == 0 else done.stdout[-6000:] + done.stderr[-2000:]


@pytest.mark.parametrize("name", ["aimed", *(["wide"] if LONG else [])])
def test_no_request_makes_the_server_fail(platform, a, tmp_path, name):
    if name == "aimed":
        put_records(a)
    assert not fuzzed(platform, a, tmp_path, name)
    assert "ERROR - unexpected" not in (platform.folder / "server.log").read_text()
