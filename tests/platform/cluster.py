"""A PostgreSQL cluster of our own: made, started, stopped. PostgreSQL refuses to run as root, so root hands it to the system's user."""

import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

SETTINGS = {
    "listen_addresses": "127.0.0.1", "unix_socket_directories": "", "fsync": "off", "max_connections": "60", "shared_buffers": "128MB",
    "max_wal_size": "2GB", "log_min_messages": "fatal", "jit": "off",
}  # fmt: skip


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def programs():
    """The folder of the newest PostgreSQL that has PostGIS."""
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: float(p.parents[1].name), reverse=True
    )
    for program in found:
        if Path(f"/usr/share/postgresql/{program.parents[1].name}/extension/postgis.control").exists():
            return program.parent
    raise SystemExit("PostgreSQL with PostGIS is missing: run tests/platform/setup")


def system_user():
    """Arguments for subprocess that make it run as a user PostgreSQL accepts."""
    if os.geteuid() != 0:
        return {}
    user = pwd.getpwnam("postgres")
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def run(*arguments):
    done = subprocess.run([str(a) for a in arguments], cwd="/", capture_output=True, text=True, **system_user())
    if done.returncode:
        raise SystemExit(f"{arguments[0]} failed: {done.stderr or done.stdout}")


def make(folder):
    """Initialise a cluster; `folder`/db is the data folder, or leads to it where the system's user cannot reach `folder`."""
    data = folder / "db"
    user = system_user()
    if user and subprocess.run(["test", "-x", str(folder)], cwd="/", **user).returncode:
        data.symlink_to(tempfile.mkdtemp(prefix="onemap-platform-"))
    else:
        data.mkdir()
    if user:
        os.chown(data.resolve(), user["user"], user["group"])
    os.chmod(data.resolve(), 0o700)
    password = secrets.token_hex(16)
    with tempfile.NamedTemporaryFile("w", prefix="onemap-", dir=data.resolve().parent) as file:
        file.write(password)
        file.flush()
        if user:
            os.chown(file.name, user["user"], user["group"])
        run(programs() / "initdb", "--no-sync", "-D", data.resolve(), "-U", "platform", "-E", "UTF8", "--locale=C.UTF-8",
            "-A", "scram-sha-256", f"--pwfile={file.name}")  # fmt: skip
    return password


def start(folder, port):
    data = (folder / "db").resolve()
    if (
        subprocess.run(
            [programs() / "pg_ctl", "-D", data, "status"], cwd="/", capture_output=True, **system_user()
        ).returncode
        == 0
    ):
        return
    options = " ".join(f"-c {key}='{value}'" for key, value in {**SETTINGS, "port": port}.items())
    run(programs() / "pg_ctl", "-D", data, "-w", "-t", "60", "-l", data / "server.log", "-o", options, "start")


def stop(folder, mode="fast"):
    data = (folder / "db").resolve()
    if (data / "postmaster.pid").exists():
        run(programs() / "pg_ctl", "-D", data, "-m", mode, "-w", "stop")


def remove(folder):
    """Delete the cluster, also where it lives elsewhere."""
    shutil.rmtree((folder / "db").resolve(), ignore_errors=True)
