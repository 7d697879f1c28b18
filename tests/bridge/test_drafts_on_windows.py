"""A draft lies in a folder of its own beside the output; on Windows its path may be too long where the output's is not."""

import sys

from onemap.plugin.bridge.layers.output_files import OutputFiles, Place


def test_an_output_with_a_long_path_is_written_without_a_draft(qgis_app, monkeypatch, tmp_path):
    folder = tmp_path / ("长" * 60) / ("路" * 60)
    folder.mkdir(parents=True)
    path = folder / f"{'n' * (240 - len(str(folder)))}.gpkg"
    files = OutputFiles()
    assert files.draft(Place(path)) is not None
    monkeypatch.setattr(sys, "platform", "win32")
    assert files.draft(Place(path)) is None and files.draft(Place(tmp_path / "short.gpkg")) is not None
    files.discard()
