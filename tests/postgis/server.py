"""A private PostgreSQL with PostGIS in a folder, on a free loopback port: `python server.py up FOLDER`, `python server.py down FOLDER`."""

import json
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "fsync": "off",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "jit": "off",
}


def up(folder):
    """Install what is missing, make and start a server; return {host, port, user, password, dbname}. Raises RuntimeError."""
    _run(HERE / "setup", system_user=False)
    folder = Path(folder).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    data = Path(
        tempfile.mkdtemp(prefix="onemap-postgis-")
    )  # PostgreSQL refuses root, and its own user cannot reach every folder
    (folder / "db").symlink_to(data)
    owner = _system_user()
    password = secrets.token_hex(8)
    (data / "password").write_text(password)
    if owner:
        for path in (data, data / "password"):
            os.chown(path, owner["user"], owner["group"])
    _run(
        _program("initdb"),
        "--no-sync",
        "-D",
        data / "cluster",
        "-U",
        "desk",
        "-E",
        "UTF8",
        "--locale=C.UTF-8",
        "-A",
        "scram-sha-256",
        f"--pwfile={data / 'password'}",
    )
    (data / "password").unlink()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = " ".join(f"-c {key}='{value}'" for key, value in {**SETTINGS, "port": port}.items())
    _run(_program("pg_ctl"), "-D", data / "cluster", "-w", "-l", data / "log", "-o", options, "start")
    return {"host": "127.0.0.1", "port": port, "user": "desk", "password": password, "dbname": "postgres"}


def stop(folder, mode="fast"):
    """Stop the server, its data stay."""
    _run(_program("pg_ctl"), "-D", (Path(folder) / "db").resolve() / "cluster", "-m", mode, "-w", "stop")


def down(folder):
    """Stop the server and delete its data."""
    data = (Path(folder) / "db").resolve()
    if (data / "cluster" / "postmaster.pid").exists():
        stop(folder, "immediate")
    shutil.rmtree(data)
    (Path(folder) / "db").unlink()


def _program(name):
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda p: float(p.parents[1].name))
    return next(
        p
        for p in reversed(found)
        if Path(f"/usr/share/postgresql/{p.parents[1].name}/extension/postgis.control").exists()
    )


def _system_user():
    if os.geteuid() != 0:
        return {}
    user = pwd.getpwnam("postgres")
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _run(*arguments, system_user=True):
    with tempfile.TemporaryFile("w+") as said:  # no pipe: a server that stays would hold it open
        done = subprocess.run(
            [str(a) for a in arguments], cwd="/", stdout=said, stderr=said, **(_system_user() if system_user else {})
        )
        said.seek(0)
        if done.returncode:
            raise RuntimeError(f"{arguments[0]} failed: {said.read()[-2000:]}")


if __name__ == "__main__":
    print(json.dumps({"up": up, "down": down}[sys.argv[1]](sys.argv[2])))
