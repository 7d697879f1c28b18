"""A file that is fetched never fills the disk, whatever its sender says of its length."""

import pytest
from onemap.plugin.core.errors import OutputError
from onemap.plugin.sync import download as download_module
from onemap.plugin.sync.download import download
from onemap.plugin.sync.errors import ContractError


def served(blocks, length=None):
    """An address whose file comes in blocks, with the length that is said, or none."""

    def reply(handler, path):
        if not path.endswith("file.gpkg"):
            return False
        handler.close_connection = True
        said = "" if length is None else f"Content-Length: {length}\r\n"
        handler.wfile.write(f"HTTP/1.1 200 OK\r\n{said}Connection: close\r\n\r\n".encode())
        for _ in range(blocks):
            handler.wfile.write(bytes(1 << 17))
        return True

    return reply


def test_a_file_without_a_length_has_a_bound(desk, platform, tmp_path, monkeypatch):
    monkeypatch.setattr(download_module, "_MOST_UNANNOUNCED", 3 << 17)
    platform.reply = served(3)
    download(desk.transport, f"{platform.url}/file.gpkg", tmp_path / "file.gpkg")
    assert (tmp_path / "file.gpkg").stat().st_size == 3 << 17
    platform.reply = served(40)
    with pytest.raises(ContractError, match="> 393216 bytes"):
        download(desk.transport, f"{platform.url}/file.gpkg", tmp_path / "more.gpkg")
    assert not (tmp_path / "more.gpkg").exists() and (tmp_path / "more.gpkg.part").stat().st_size == 0


@pytest.mark.parametrize(("total", "left"), [(1 << 40, download_module._LEFT_FREE), (20 << 20, 1 << 20)])
def test_a_download_leaves_the_disk_its_rest(desk, platform, tmp_path, monkeypatch, total, left):
    usage = type("Usage", (), {"free": left + (2 << 17), "total": total})
    monkeypatch.setattr(download_module.shutil, "disk_usage", lambda folder: usage)
    platform.reply = served(40)
    with pytest.raises(ContractError, match="> 262144 bytes"):
        download(desk.transport, f"{platform.url}/file.gpkg", tmp_path / "file.gpkg")
    platform.reply = served(3, 3 << 17)
    with pytest.raises(OutputError, match="No space left"):
        download(desk.transport, f"{platform.url}/file.gpkg", tmp_path / "file.gpkg")
    assert not (tmp_path / "file.gpkg").exists()
