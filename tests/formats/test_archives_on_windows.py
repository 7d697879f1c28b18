"""Names in an archive that a Windows folder does not take become ones that it takes; nothing of the package is lost."""

import sys
import zipfile

from onemap.plugin.formats.packages.archives import unpack


def test_devices_and_names_that_end_in_a_dot(monkeypatch, tmp_path):
    package, folder = tmp_path / "package.zip", tmp_path / "unpacked"
    folder.mkdir()
    with zipfile.ZipFile(package, "w") as archive:
        for name in ("图层 ./aux.shp", "图层 ./DLTB.shp", "a?.csv"):
            archive.writestr(name, "content")
    monkeypatch.setattr(sys, "platform", "win32")
    assert unpack(package, folder) == []
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*.*") if path.is_file()}
    assert found == {"图层/aux_.shp", "图层/DLTB.shp", "a_.csv"}
