"""Archives whose names do not say how they are written: a Chinese Windows writes GBK, macOS UTF-8, neither marks it."""

import zipfile

import pytest
from onemap.plugin.formats.packages.archives import entry_name, unpack

from .test_inspect_package import GbkEntry


class Utf8Entry(zipfile.ZipInfo):
    """An entry in UTF-8 without its mark, as the archive program of macOS writes it."""

    def _encodeFilenameFlags(self):
        return self.filename.encode("utf-8"), self.flag_bits & ~0x800


@pytest.mark.parametrize("kind", [GbkEntry, Utf8Entry, zipfile.ZipInfo])
@pytest.mark.parametrize("name", ["成果/永久基本农田.shp", "模板.xlsx", "模/模.dbf", "a.txt", "联通/㐀.shp"])
def test_names_come_out_as_they_were_written(tmp_path, kind, name):
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as made:
        made.writestr(kind(name), b"1")
    with zipfile.ZipFile(tmp_path / "x.zip") as made:
        (entry,) = made.infolist()
        assert bool(entry.flag_bits & 0x800) == (kind is zipfile.ZipInfo and not name.isascii())
        assert entry_name(entry) == name
    (tmp_path / "y").mkdir()
    assert unpack(tmp_path / "x.zip", tmp_path / "y") == [] and (tmp_path / "y" / name).is_file()


@pytest.mark.parametrize("kind", [GbkEntry, Utf8Entry])
def test_a_layer_in_an_archive_is_refused_in_words_and_never_missing(h, tmp_path, kind):
    """ingestlayers and checkcontrollines read layers, not archives: both say so of the archive by its name."""
    packed = tmp_path / "成果.zip"
    with zipfile.ZipFile(packed, "w") as made:
        made.writestr(kind("成果/永久基本农田.shp"), b"1")
    for source in (str(packed), f"/vsizip/{packed}/成果/永久基本农田.shp", f"/vsizip/{packed}/│╔╣√/╙└.shp"):
        for act in (_ingest, _check):
            told = h.Feedback()
            with pytest.raises(Exception, match="."):
                act(h, source, tmp_path, told)
            words = "\n".join(told.lines)
            assert "成果.zip" in words and "unpack it" in words and "There is no file" not in words


def _ingest(h, source, folder, told):
    h.run("ingestlayers", told, LAYERS=[source], STORE=str(folder / "s.gpkg"))


def _check(h, source, folder, told):
    h.check(h.layer("projects", [(h.box_wkt(0, 0), "A")], "XMBH:string"), [source], told)
