"""Starts and stops the reference platform for tests of any folder."""

import json
import os
import signal
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parents[1] / "platform"


MISSING = 69  # exit code of the setup scripts where something is missing and cannot be installed


def shared(request, tmp_path_factory):
    """One platform for the tests of several folders, stopped when the session ends."""
    config = request.config
    if not hasattr(config, "onemap_platform"):
        config.onemap_platform = Platform(tmp_path_factory.mktemp("shared"), "--lines", 600)
        config.add_cleanup(lambda: config.onemap_platform.down("--remove"))
    return config.onemap_platform


class Platform:
    """A running reference platform: `url`, `tokens`, `counties`, `folder`."""

    def __init__(self, folder, *options):
        self.folder, self.options = Path(folder), [str(o) for o in options]
        self.up()

    def up(self):
        done = subprocess.run([HERE / "up", self.folder, *self.options], capture_output=True, text=True, timeout=900)
        if done.returncode == MISSING:
            pytest.skip(done.stderr.strip())
        assert done.returncode == 0, done.stderr
        self.told = json.loads(done.stdout)
        self.url, self.tokens, self.counties, self.pid = (self.told[k] for k in ("url", "tokens", "counties", "pid"))

    def down(self, *options):
        subprocess.run([HERE / "down", self.folder, *options], check=True, timeout=60, capture_output=True)

    def kill(self):
        """SIGKILL to the HTTP side, workers included."""
        os.killpg(self.pid, signal.SIGKILL)

    def database(self, mode):
        """Stop ("immediate", "fast") or "start" the database alone."""
        python = HERE.parents[1] / ".venv-platform" / "bin" / "python"
        code = (
            "import sys, json, cluster, pathlib; f = pathlib.Path(sys.argv[1]); "
            "cluster.start(f, json.loads((f / 'ports.json').read_text())['db']) if sys.argv[2] == 'start' else cluster.stop(f, sys.argv[2])"
        )
        subprocess.run([python, "-c", code, self.folder, mode], cwd=HERE, check=True, timeout=60, capture_output=True)

    def psql(self, **options):
        """A psql session as the owner of the database: an open Popen that reads SQL from stdin."""
        kept = json.loads((self.folder / "secrets.json").read_text())
        port = json.loads((self.folder / "ports.json").read_text())["db"]
        address = f"host=127.0.0.1 port={port} user=platform password={kept['admin']} dbname=postgres"
        return subprocess.Popen(
            ["psql", "-qAtX", "-v", "ON_ERROR_STOP=1", address],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
            **options,
        )

    def sql(self, statement):
        """Run SQL as the owner of the database; the printed result."""
        session = self.psql()
        reported = session.communicate(statement + ";\n", timeout=30)[0]
        assert session.returncode == 0, statement
        return reported.strip()
