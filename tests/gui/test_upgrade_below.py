"""The installer of QGIS writes the new files over those of the plugin that runs, then reloads it."""

import shutil
from pathlib import Path


def test_the_texts_survive_that_their_file_is_written_over(iface, without_provider, monkeypatch, tmp_path):
    from onemap import classFactory
    from onemap.plugin import main
    from onemap.plugin.bridge import i18n
    from onemap.plugin.core import messages

    name = "onemap_zh_CN.qm"
    shutil.copy(i18n.TRANSLATIONS / name, tmp_path / name)
    for module in (i18n, main):
        monkeypatch.setattr(module, "TRANSLATIONS", tmp_path, raising=False)
    monkeypatch.setattr(main, "user_locale", lambda: "zh-Hans")
    before = messages.language()
    plugin = classFactory(iface)
    try:
        assert i18n.tr("Site selection") == "选址分析"
        assert str(tmp_path / name) not in Path("/proc/self/maps").read_text(encoding="utf-8")
        (tmp_path / name).write_bytes(b"")
        assert i18n.tr("Inspection") == "质检"
    finally:
        plugin.unload()
        messages.set_language(before)
