"""up and down of the reference platform (see the shell scripts beside it)."""

import argparse
import json
import os
import secrets
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import cluster
import psycopg
import yaml

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
from server import catalogue, openapi, tokens  # noqa: E402

COUNTIES = {"county_a": "330110", "county_b": "330111"}


def make_database(admin, lines, web_password):
    """Tables, rules and seed into the new cluster."""
    with psycopg.connect(admin) as connection:

        def script(first, last):
            for file in sorted((HERE / "sql").glob("*.sql")):
                if first <= int(file.name[:2]) <= last:
                    connection.execute(file.read_text(encoding="utf-8"))

        connection.execute("SELECT set_config('seed.lines', %s, true)", (str(lines),))
        script(1, 4)
        for name, definition in catalogue.collections().items():
            connection.execute("SELECT api.make_collection(%s, %s::jsonb)", (name, json.dumps(definition)))
        script(5, 7)
        connection.cursor().executemany(
            "INSERT INTO data.dictionary (id, county, kind, key, edition, sha256, body) VALUES (gen_random_uuid(), '', %s, %s, %s, %s, %s)",
            list(catalogue.dictionary()),
        )
        connection.execute(
            psycopg.sql.SQL(
                "CREATE ROLE onemap_web LOGIN NOINHERIT PASSWORD {} IN ROLE onemap_county, onemap_reviewer"
            ).format(web_password)
        )


def secrets_of(folder):
    file = folder / "secrets.json"
    if not file.exists():
        fresh = {"jwt": secrets.token_hex(32), "web": secrets.token_hex(16), "clients": {}}
        for name, county in {**COUNTIES, "reviewer": ""}.items():
            fresh["clients"][name] = {
                "secret": secrets.token_hex(16),
                "role": "county" if county else "reviewer",
                "county": county,
            }
        file.touch(0o600)
        file.write_text(json.dumps(fresh))
    return json.loads(file.read_text())


def environment(folder, url, dsn, kept, arguments):
    found = catalogue.collections()
    (folder / "pygeoapi.yml").write_text(yaml.safe_dump(catalogue.pygeoapi_config(url, found)), encoding="utf-8")
    (folder / "openapi.json").write_text(json.dumps(openapi.document(url, found)), encoding="utf-8")
    return {
        **os.environ, "PYGEOAPI_CONFIG": str(folder / "pygeoapi.yml"), "PYGEOAPI_OPENAPI": str(folder / "openapi.json"), "PYTHONPATH": str(HERE),
        "ONEMAP_DSN": dsn, "ONEMAP_URL": url, "ONEMAP_SECRET": kept["jwt"], "ONEMAP_CLIENTS": json.dumps(kept["clients"]),
        "ONEMAP_FILES": str(folder / "files"), "ONEMAP_RATE": str(arguments.rate or ""),
        "ONEMAP_BULK": "1" if arguments.bulk else "",
    }  # fmt: skip


def start_server(folder, port, env):
    command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--worker-class", "gthread", "--workers", "2", "--threads", "8",
               "--keep-alive", "75", "--limit-request-line", "0", "--timeout", "120", "--no-control-socket", "server.app:app"]  # fmt: skip
    with open(folder / "server.log", "ab") as log:
        return subprocess.Popen(
            command, env=env, cwd=HERE, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )


def wait_ready(url, process, folder, seconds=120):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if process.poll() is not None:
            raise SystemExit(f"the server ended: {(folder / 'server.log').read_text()[-2000:]}")
        try:
            with urllib.request.urlopen(url + "/conformance", timeout=5):  # noqa: S310 our own loopback address
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    raise SystemExit("the server did not answer in time")


def up(arguments):
    folder = arguments.folder.resolve()
    (folder / "files").mkdir(parents=True, exist_ok=True)
    if alive(folder):
        raise SystemExit(f"a platform runs in {folder} already")
    kept = secrets_of(folder)
    kept_port = folder / "ports.json"  # kept over a restart, so that clients find the platform again
    ports = (
        json.loads(kept_port.read_text())
        if kept_port.exists()
        else {"db": cluster.free_port(), "web": cluster.free_port()}
    )
    kept_port.write_text(json.dumps(ports))
    fresh = not (folder / "db").exists()
    if fresh:
        kept["admin"] = cluster.make(folder)
        (folder / "secrets.json").write_text(json.dumps(kept))
    cluster.start(folder, ports["db"])
    if fresh:
        make_database(
            f"host=127.0.0.1 port={ports['db']} user=platform password={kept['admin']} dbname=postgres",
            arguments.lines,
            kept["web"],
        )
    url = f"http://127.0.0.1:{ports['web']}"
    dsn = f"host=127.0.0.1 port={ports['db']} user=onemap_web password={kept['web']} dbname=postgres connect_timeout=3"
    process = start_server(folder, ports["web"], environment(folder, url, dsn, kept, arguments))
    (folder / "pid").write_text(str(process.pid))
    wait_ready(url, process, folder)
    os.environ["ONEMAP_SECRET"] = kept["jwt"]
    values = {
        "url": url, "pid": process.pid,
        "tokens": {name: tokens.issue(name, c["role"], c["county"]) for name, c in kept["clients"].items()},
        "counties": COUNTIES, "token_url": url + "/oauth/token", "clients": {name: c["secret"] for name, c in kept["clients"].items()},
    }  # fmt: skip
    print(json.dumps(values), flush=True)


def alive(folder):
    """The pid of the HTTP side that runs in `folder`, or None."""
    try:
        pid = int((folder / "pid").read_text())
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
        return pid if state != "Z" and b"gunicorn" in Path(f"/proc/{pid}/cmdline").read_bytes() else None
    except (OSError, ValueError):
        return None


def down(arguments):
    folder = arguments.folder.resolve()
    pid = alive(folder)
    if pid:
        os.kill(pid, signal.SIGTERM)
        end = time.monotonic() + 10
        while alive(folder) and time.monotonic() < end:
            time.sleep(0.05)
        if alive(folder):
            os.kill(pid, signal.SIGKILL)
    cluster.stop(folder)
    (folder / "pid").unlink(missing_ok=True)
    if arguments.remove:
        cluster.remove(folder)


def main():
    parser = argparse.ArgumentParser(description="The reference platform of the province, for tests")
    commands = parser.add_subparsers(required=True)
    start = commands.add_parser("up", help="start in a folder, print one JSON line when ready")
    start.add_argument("folder", type=Path)
    start.add_argument(
        "--lines", type=int, default=2000, help="control-line polygons to make up, both counties together"
    )
    start.add_argument("--rate", type=float, help="requests per second and caller; more get 429")
    start.add_argument("--bulk", action="store_true", help="announce that feature collections are taken")
    start.set_defaults(run=up)
    stop = commands.add_parser("down", help="stop what runs in a folder")
    stop.add_argument("folder", type=Path)
    stop.add_argument("--remove", action="store_true", help="delete the database too")
    stop.set_defaults(run=down)
    arguments = parser.parse_args()
    arguments.run(arguments)


if __name__ == "__main__":
    main()
