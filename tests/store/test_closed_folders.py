"""A workspace between users: a folder that takes no journal is read only, and the lock file stands in nobody's way."""

import os
import signal
import stat

import pytest
from onemap.plugin.core.errors import OutputError
from onemap.plugin.store.workspace import Workspace
from onemap.tests.support.workspaces import fresh_workspace, progress

posix = pytest.mark.skipif(not hasattr(os, "geteuid"), reason="users and modes of POSIX")
NOBODY = 65534


@pytest.fixture
def shared(tmp_path):
    """A workspace that every user may write, seen by one who is not the administrator."""
    path = fresh_workspace(tmp_path / "county.gpkg")
    with Workspace.open(path):  # leaves its lock file
        pass
    path.chmod(0o666)
    for folder in (tmp_path, *tmp_path.parents):
        if folder.owner() == path.owner() and folder.stat().st_uid == os.geteuid() and folder != folder.parent:
            folder.chmod(folder.stat().st_mode | stat.S_IXGRP | stat.S_IXOTH | stat.S_IRGRP | stat.S_IROTH)
    own = os.geteuid()
    yield path
    if os.geteuid() != own:
        os.seteuid(own)
    tmp_path.chmod(0o755)


@posix
def test_a_closed_folder_is_said_at_opening_not_at_saving(shared):
    """The lock file is there already, and takes the lock; the journal cannot be made."""
    (shared.parent / "county.gpkg.lock").chmod(0o666)
    shared.parent.chmod(0o555)
    if os.geteuid() == 0:
        os.seteuid(NOBODY)
    with Workspace.open(shared) as ws:
        assert ws.read_only and ws.notice.code == "store_read_only_open"
        with pytest.raises(OutputError):
            ws.save_records("plan_progress", [progress()], "li")


@posix
@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() != 0, reason="another user is needed")
def test_the_lock_of_one_user_lets_the_next_one_write(shared):
    (shared.parent / "county.gpkg.lock").unlink()
    with Workspace.open(shared) as ws:
        assert not ws.read_only
    shared.parent.chmod(0o777)
    os.seteuid(NOBODY)
    with Workspace.open(shared) as ws:
        assert not ws.read_only, ws.notice
        assert ws.save_records("plan_progress", [progress()], "li").created == 1


@posix
def test_an_attachment_that_finds_no_room_leaves_what_stood_in_its_place(tmp_path):
    import resource

    target = tmp_path / "photo.jpg"
    target.write_bytes(b"the only other copy")
    with Workspace.open(fresh_workspace(tmp_path / "w.gpkg")) as ws:
        digest = ws.attachments.add_content("photo.jpg", os.urandom(200_000))["sha256"]
        kept = resource.getrlimit(resource.RLIMIT_FSIZE)
        handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # the write fails, as on a full disk
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, kept[1]))
        try:
            with pytest.raises(OutputError):
                ws.attachments.save_as(digest, target)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, kept)
            signal.signal(signal.SIGXFSZ, handler)
        assert target.read_bytes() == b"the only other copy" and not list(tmp_path.glob("*.part"))
        ws.attachments.save_as(digest, target)
        assert len(target.read_bytes()) == 200_000
