"""Pushes a workspace and kills itself, SIGKILL, at the n-th pass of a step: plugins-folder workspace url token step n."""

import os
import signal
import sys


def main():
    links, path, url, token, step, count = sys.argv[1:]
    sys.path.insert(0, links)
    from onemap.plugin.store.workspace import Workspace
    from onemap.plugin.sync import files, full_load, intake, pull, push, settle, upload
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

    kinds = {
        "push.freeze": push.Requests,
        "push.exchange": push.Pusher,
        "push._finish": push.Pusher,
        "push.settle": settle.Settler,
        "pull._take_page": pull.Puller,
        "pull.take": intake.Intake,
        "pull._load": full_load.FullLoad,
        "files._send": files.FileSender,
        "files._judge": files.FileSender,
        "tus._send": upload.Upload,
        "tus._offset": upload.Upload,
    }
    name, when = step.rsplit(".", 1)
    deadly(kinds[name], name.split(".")[1], when == "after")
    with Workspace.open(path) as ws:
        SyncService(ws, Transport(url, StaticToken(token)), "li").sync()


main()
