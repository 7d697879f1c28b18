"""Collect every tr("literal") of the plugin, merge the translations that exist, write i18n/onemap_zh_CN.ts and,
with lrelease, .qm.
"""

import ast
import json
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree  # noqa: S405  (reads only this project's own file)
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TS = ROOT / "i18n" / "onemap_zh_CN.ts"
LRELEASE = ("lrelease", "/usr/lib/qt5/bin/lrelease", "/usr/lib/qt6/bin/lrelease", "lrelease-qt5", "lrelease6")


def literals():
    """Every English text in the source, in alphabetical order."""
    found = set()
    for room in ("plugin", "processing_algs", "forms"):
        for file in (ROOT / room).rglob("*.py"):
            text = file.read_text(encoding="utf-8")
            for node in ast.walk(ast.parse(text)) if "tr(" in text else ():
                if (
                    isinstance(node, ast.Call)
                    and getattr(node.func, "id", "") == "tr"
                    and isinstance(node.args[0], ast.Constant)
                ):
                    found.add(node.args[0].value)
    return sorted(found)


def translations(ts=TS):
    """{English: Chinese} of a .ts file; unfinished ones are left out."""
    if not ts.exists():
        return {}
    root = ElementTree.parse(ts).getroot()  # noqa: S314
    pairs = {m.findtext("source"): m.find("translation") for m in root.iter("message")}
    return {source: t.text for source, t in pairs.items() if t.text and t.get("type") != "unfinished"}


def main():
    known = translations()
    for part in sorted((ROOT / "i18n").glob("*.json")):
        known.update(json.loads(part.read_text(encoding="utf-8")))
    root = ElementTree.Element("TS", version="2.1", language="zh_CN", sourcelanguage="en")
    context = ElementTree.SubElement(root, "context")
    ElementTree.SubElement(context, "name").text = "OneMap"
    missing = []
    for text in literals():
        message = ElementTree.SubElement(context, "message")
        ElementTree.SubElement(message, "source").text = text
        translation = ElementTree.SubElement(message, "translation")
        if text in known:
            translation.text = known[text]
        else:
            translation.set("type", "unfinished")
            missing.append(text)
    ElementTree.indent(root)
    body = ElementTree.tostring(root, encoding="unicode")
    TS.write_text(f'<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE TS>\n{body}\n', encoding="utf-8")
    program = next((p for p in LRELEASE if shutil.which(p)), None)
    if program:
        subprocess.run([program, "-silent", str(TS), "-qm", str(TS.with_suffix(".qm"))], check=True)
    for text in missing:
        print(f"not translated: {text!r}", file=sys.stderr)
    return bool(missing)


if __name__ == "__main__":
    sys.exit(main())
