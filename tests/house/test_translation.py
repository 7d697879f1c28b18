"""Chinese is complete: every text of the source is in the .ts, finished, and answered by the .qm; messages have both languages."""

import ast
import json
import string
from pathlib import Path

import update_ts

ROOT = Path(__file__).resolve().parents[2]


def test_every_literal_is_translated():
    assert set(update_ts.literals()) == set(update_ts.translations())


def test_placeholders_survive_translation():
    for source, translated in update_ts.translations().items():
        fields = [
            sorted({f for _, f, _, _ in string.Formatter().parse(t) if f})
            for t in (source, translated)
            if "JSON" not in source
        ]
        assert not fields or fields[0] == fields[1], source


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


def test_no_f_string_is_translated():
    for room in ("plugin", "processing_algs", "forms"):
        for file in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "tr":
                    assert isinstance(node.args[0], ast.Constant), f"{file.name}:{node.lineno}"


def test_messages_speak_both_languages_with_the_same_placeholders():
    for file in (ROOT / "resources" / "messages").glob("*.json"):
        for code, texts in json.loads(file.read_text(encoding="utf-8")).items():
            assert set(texts) == {"en", "zh"}, code
            fields = [{f for _, f, _, _ in string.Formatter().parse(texts[lang]) if f} for lang in ("en", "zh")]
            assert fields[1] <= fields[0], code


def test_every_code_used_exists():
    from onemap.plugin.core import messages

    used = set()
    for room in ("plugin", "processing_algs"):
        for file in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                name = getattr(getattr(node, "func", None), "id", "")
                if name.endswith("Error") and name not in ("TypeError", "ValueError") and getattr(node, "args", None):
                    if isinstance(node.args[0], ast.Constant):
                        used.add(node.args[0].value)
    assert used and used <= set(messages.catalogue())
