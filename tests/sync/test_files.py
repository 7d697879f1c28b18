"""Files of records: uploaded with resume and hash check, shown per file; a record without its file is not done."""

import hashlib
import os
import uuid

import pytest
from onemap.plugin.store.uploads import FileState

FORM = "redevelopment_project"


def files_field(desk):
    for form in desk.ws.forms():
        for field in form.fields:
            if field.value_type == "files":
                return form.id, field.key
    raise AssertionError("no form has files")


@pytest.fixture
def with_file(desk):
    """with_file(content) -> (form, item): an outbox entry of a record with a file."""

    def make(content=b"photo" * 1000, keep=True):
        form, key = files_field(desk)
        values = {"name": "photo.jpg", "sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
        if keep:
            desk.ws.attachments.add_content("photo.jpg", content)
        item = str(uuid.uuid4())
        body = {"id": item, "county": desk.ws.county, "status": "submitted", "name": "n", key: [values]}
        desk.ws.save_records(form, [{"id": item, key: [values]}], "wang")
        desk.ws.outbox.put(form, item, "create", body)
        return form, item

    return make


def stored(platform):
    return {hashlib.sha256(data).hexdigest() for data in platform.files.values() if data}


def test_a_file_follows_its_record(desk, platform, with_file):
    content = os.urandom(9_000_000)
    with_file(content)
    result = desk.push()
    assert (result.done, result.file_pending, result.error) == (1, 0, None)
    assert stored(platform) == {hashlib.sha256(content).hexdigest()}
    sent = sum(method == "PATCH" for method, path in platform.seen)
    assert 3 <= sent <= 6
    with_file(content)  # the same file of another record: not sent twice
    assert desk.push().done == 1 and sum(method == "PATCH" for method, path in platform.seen) == sent
    assert desk.ws.verify_audit().is_intact


def test_a_record_whose_file_is_not_here_is_never_done(desk, platform, with_file):
    form, item = with_file(keep=False)
    result = desk.push()
    assert (result.done, result.file_pending, result.pending) == (0, 1, 0) and item in platform.rows[form]
    (one,) = desk.ws.uploads.open()
    assert one.state is FileState.ABSENT and one.name == "photo.jpg" and one.last_error
    desk.ws.attachments.add_content("photo.jpg", b"photo" * 1000)
    assert desk.push().file_pending == 0 and stored(platform)


def test_an_upload_that_breaks_goes_on_where_it_was(desk, platform, with_file, monkeypatch):
    content = os.urandom(9_000_000)
    with_file(content)
    patches = []

    def reply(handler, path):
        if handler.command == "PATCH" and path.startswith("/uploads/"):
            patches.append(handler.headers["Upload-Offset"])
            if len(patches) == 2:  # the bytes arrive, the answer does not
                platform.receive(path.rsplit("/", 1)[1], handler.body)
                handler.connection.close()
                raise ConnectionAbortedError
        return False

    platform.reply = reply
    desk.options = {"attempts": 1}
    result = desk.push()
    assert (result.done, result.file_pending) == (1, 0), result
    assert len(patches) == len(set(patches)) > 2 and stored(platform) == {hashlib.sha256(content).hexdigest()}


def test_bytes_that_were_altered_on_the_way_are_sent_again(desk, platform, with_file):
    with_file()
    receive = platform.receive
    platform.receive = lambda item, block: receive(item, b"X" + block[1:])
    result = desk.push()
    assert (result.done, result.file_pending) == (0, 1) and any(
        "differs from the one sent" in line for line in result.log
    )
    platform.receive = receive
    result = desk.push()
    assert result.file_pending == 0 and stored(platform) == {hashlib.sha256(b"photo" * 1000).hexdigest()}


def test_a_platform_that_wants_files_first_gets_them_first(desk, platform, with_file, monkeypatch):
    from onemap.tests.support import memory_platform

    classes = [*memory_platform.CONFORMS, "https://onemap.example/spec/1.0/conf/files-before-record"]
    monkeypatch.setattr(memory_platform, "CONFORMS", classes)
    form, item = with_file()
    assert desk.push().done == 1
    puts = [path for method, path in platform.seen if method in ("PUT", "PATCH")]
    assert puts.index(next(p for p in puts if "/uploads/" in p)) < puts.index(next(p for p in puts if item in p))


def test_a_platform_without_uploads_leaves_the_file_pending(desk, platform, with_file):
    platform.rows.pop("package")
    with_file()
    result = desk.push()
    assert (result.done, result.file_pending, result.error) == (0, 1, None)
    assert desk.push().file_pending == 1


@pytest.mark.parametrize(("inspection", "done"), [("waiting", 0), ("passed", 1)])
def test_a_file_that_nobody_says_where_to_send_is_not_done(desk, platform, with_file, monkeypatch, inspection, done):
    """Unless the platform says that it has it: not a byte was sent."""
    with_file()
    store = platform.store

    def without(collection, item, properties, *more, **named):
        if collection == "package":
            properties = {**properties, "upload_url": None, "inspection": inspection}
        return store(collection, item, properties, *more, **named)

    monkeypatch.setattr(platform, "store", without)
    result = desk.push()
    assert (result.done, result.file_pending) == (done, 1 - done) and (done or "upload_url" in " ".join(result.log))
    if not done:
        monkeypatch.undo()
        for package, row in platform.rows["package"].items():
            row["properties"]["upload_url"] = platform.upload_url(package)
        assert desk.push().file_pending == 0 and stored(platform)


class Gate:
    """A gateway that takes only so much at a time: a longer body is refused, or the line breaks before its end."""

    def __init__(self, platform, most, way):
        self.platform, self.most, self.way, self.sizes = platform, most, way, []

    def __call__(self, handler, path):
        size = int(handler.headers.get("Content-Length") or 0)
        if handler.command != "PATCH" or size <= self.most:
            return False
        self.sizes.append(size)
        handler.close_connection = True
        if self.way == "refused":
            handler.refuse(413, "Content Too Large")
        return True


@pytest.mark.parametrize("way", ["refused", "broken"])
def test_a_large_file_goes_through_a_gate_that_takes_little_at_a_time(desk, platform, with_file, way):
    content = os.urandom(1_500_000)
    with_file(content)
    platform.reply = gate = Gate(platform, 100_000, way)
    result = desk.push()
    assert (result.done, result.file_pending, result.error) == (1, 0, None), result
    assert stored(platform) == {hashlib.sha256(content).hexdigest()} and 0 < len(gate.sizes) < 10


@pytest.mark.parametrize("asked", [0, 15])
@pytest.mark.parametrize("every", [4, 10**9])
def test_a_photo_on_a_line_that_breaks_does_not_go_crumb_by_crumb(desk, platform, with_file, asked, every):
    """What broke for another reason than its length (a line that breaks at any time, a platform that starts anew and is
    not there for a while) is no reason to go on in ever smaller blocks."""
    content, sizes, away = os.urandom(4_000_000), [], []
    with_file(content)

    def breaking(handler, path):
        if not path.startswith("/uploads/"):
            return False
        if handler.command == "PATCH":
            sizes.append(int(handler.headers["Content-Length"]))
            handler.close_connection = len(sizes) == 2 or len(sizes) % every == 0
        elif 0 < len(sizes) and len(away) < asked:
            away.append(1)
            handler.close_connection = True
        else:
            return False
        return handler.close_connection

    platform.reply = breaking
    result = desk.push()
    assert (result.done, result.file_pending, result.error) == (1, 0, None), result
    assert stored(platform) == {hashlib.sha256(content).hexdigest()} and len(sizes) < 30, sizes


def test_a_token_that_ends_in_the_middle_of_a_file_is_renewed(desk, platform, with_file):
    content, renewed = os.urandom(2_500_000), []
    with_file(content)

    class Ending(type(desk.credentials)):
        def renew(self):
            renewed.append(1)
            platform.reply = None
            return True

    desk.credentials = Ending(platform.tokens["county_a"])

    def over(handler, path):
        if handler.command != "PATCH" or handler.headers["Upload-Offset"] == "0":
            return False
        handler.refuse(401, "token expired")
        return True

    platform.reply = over
    result = desk.push()
    assert (result.done, result.file_pending, result.error, renewed) == (1, 0, None, [1]), result
    assert stored(platform) == {hashlib.sha256(content).hexdigest()}
