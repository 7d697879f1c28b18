"""Real kills: an act runs in a forked child that ends itself by SIGKILL at the n-th SQL statement, or is killed from outside."""

import os
import signal
import sqlite3
import time

KILLED = -signal.SIGKILL


class KillingConnection:
    """A sqlite3 connection that sends SIGKILL to its own process before the n-th statement that follows `arm`."""

    countdown = None

    def __init__(self, *args, **kwargs):
        self._real = sqlite3.connect(*args, **kwargs)

    def _step(self):
        if KillingConnection.countdown is not None:
            KillingConnection.countdown -= 1
            if KillingConnection.countdown < 0:
                os.kill(os.getpid(), signal.SIGKILL)

    def execute(self, *args):
        self._step()
        return self._real.execute(*args)

    def executemany(self, sql, rows):
        self._step()
        return self._real.executemany(sql, rows)

    def __getattr__(self, name):
        return getattr(self._real, name)


def in_child(act, kill_after=None):
    """Run `act()` in a forked child; kill it after some seconds when asked. Return its exit status (KILLED when it was killed)."""
    child = os.fork()
    if child == 0:
        try:
            act()
            os._exit(0)
        except BaseException:
            os._exit(1)
    if kill_after is not None:
        time.sleep(kill_after)
        os.kill(child, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def killed_at(statement, act):
    """Run `act(connect)` in a child that kills itself at a statement; True when it was killed, False when the act was over before."""

    def armed():
        KillingConnection.countdown = statement
        act(KillingConnection)

    status = in_child(armed)
    assert status in (0, KILLED), status
    return status == KILLED
