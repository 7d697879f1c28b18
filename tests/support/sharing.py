"""How the tests are shared among processes that run at once (pytest-xdist): by file, what shares a server as one piece."""

from xdist.scheduler import LoadFileScheduling

PLATFORM = ("tests/contract/", "tests/faults/")  # of one reference platform
DEAR = (*PLATFORM, "tests/office/")  # begun first: what takes long must not be left to one process at the end


def dearest_first(items):
    """Put tests (in place) into the order in which they are handed out."""
    items.sort(key=lambda item: not item.nodeid.startswith(DEAR))


class Sharing(LoadFileScheduling):
    """Files in the order of the collection, whatever the number of their tests."""

    def __init__(self, config, log=None):
        config.option.loadscopereorder = False
        super().__init__(config, log)

    def _split_scope(self, nodeid):
        return PLATFORM[0] if nodeid.startswith(PLATFORM) else super()._split_scope(nodeid)

    def remove_node(self, node):
        """A test that ended its process has failed: the next process does not begin it again."""
        ended = super().remove_node(node)
        for pieces in (self.workqueue, *self.assigned_work.values()):
            for tests in pieces.values():
                if ended in tests:
                    tests[ended] = True
        return ended
