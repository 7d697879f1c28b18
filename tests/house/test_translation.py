"""Chinese is complete: every text of the source is in the .ts, finished, and answered by the .qm; messages have both languages."""

import json
import re
import string
from pathlib import Path

import update_ts

from .rooms import product_files
from .source import source

ROOT = Path(__file__).resolve().parents[2]


def test_every_literal_is_translated():
    assert set(update_ts.literals()) == set(update_ts.translations())


def test_placeholders_survive_translation():
    for english, translated in update_ts.translations().items():
        fields = [
            sorted({f for _, f, _, _ in string.Formatter().parse(t) if f})
            for t in (english, translated)
            if "JSON" not in english
        ]
        assert not fields or fields[0] == fields[1], english


def test_the_compiled_file_answers_each_message(qgis_app):
    from qgis.PyQt.QtCore import QCoreApplication, QTranslator

    translator = QTranslator()
    assert translator.load(str(ROOT / "i18n" / "onemap_zh_CN.qm"))
    QCoreApplication.installTranslator(translator)
    try:
        answers = {source: QCoreApplication.translate("OneMap", source) for source in update_ts.translations()}
    finally:
        QCoreApplication.removeTranslator(translator)
    assert answers == update_ts.translations()


def calls_in(*rooms):
    """(file, call of tr or of an error) of every product file in these rooms."""
    files = [file for file in product_files() if file.relative_to(ROOT).parts[0] in rooms]
    return [(file, call) for file in files for call in source(file).calls]


def test_no_f_string_is_translated():
    texts = [(file, call) for file, call in calls_in("plugin", "processing_algs", "forms") if call.name == "tr"]
    assert len(texts) > 1000
    assert [f"{file.name}:{call.line}" for file, call in texts if not call.is_literal] == []


def test_messages_speak_both_languages_with_the_same_placeholders():
    for file in (ROOT / "resources" / "messages").glob("*.json"):
        for code, texts in json.loads(file.read_text(encoding="utf-8")).items():
            assert set(texts) == {"en", "zh"}, code
            fields = [{f for _, f, _, _ in string.Formatter().parse(texts[lang]) if f} for lang in ("en", "zh")]
            assert fields[1] <= fields[0], code


def test_every_code_used_exists():
    from onemap.plugin.core import messages

    errors = [call for _, call in calls_in("plugin", "processing_algs") if call.name.endswith("Error")]
    used = {call.text for call in errors if call.is_literal and call.name not in ("TypeError", "ValueError")}
    assert used and used <= set(messages.catalogue())


def test_texts_call_menus_and_buttons_by_their_names():
    known = update_ts.translations()
    menu = {known[call.text].rstrip("…") for file, call in calls_in("plugin")
            if file.name == "window.py" and call.name == "tr"}  # fmt: skip
    texts = list(known.values())
    for file in (ROOT / "resources" / "messages").glob("*.json"):
        texts += [both["zh"] for both in json.loads(file.read_text(encoding="utf-8")).values()]
    named = {name for text in texts for name in re.findall("一张图 > ([^”“]+)”", text)}
    assert named and named <= menu
    new = known["There are no records yet: press New, or Excel to take them from a table."]
    assert f"“{known['New']}”" in new
