"""Pushes a workspace and kills itself, SIGKILL, at the n-th pass of a step: plugins-folder workspace url token step n."""

import os
import signal
import sys


def main():
    links, path, url, token, step, count = sys.argv[1:]
    sys.path.insert(0, links)
    from onemap.plugin.store.workspace import Workspace
    from onemap.plugin.sync import pull, push
    from onemap.plugin.sync.credentials import StaticToken
    from onemap.plugin.sync.service import SyncService
    from onemap.plugin.sync.transport import Transport

    left = [int(count)]

    def deadly(kind, name, after):
        inner = getattr(kind, name)

        def outer(self, *arguments):
            if not after:
                die()
            result = inner(self, *arguments)
            if after:
                die()
            return result

        setattr(kind, name, outer)

    def die():
        left[0] -= 1
        if left[0] <= 0:
            os.kill(os.getpid(), signal.SIGKILL)

    kind = pull.Puller if step.split(".")[0] == "pull" else push.Pusher
    deadly(kind, step.split(".")[1], step.endswith(".after"))
    with Workspace.open(path) as ws:
        SyncService(ws, Transport(url, StaticToken(token)), "li").sync()


main()
