"""Run by machine.py: the check with a Word report, on nothing but the zip's content and the offline kit."""

import sys
from pathlib import Path

from machine import LACKING, Machine

zip_path, folder, kit, *hidden = ARGUMENTS  # noqa: F821
machine = Machine(zip_path, folder, LACKING | set(hidden))

import onemap  # noqa: E402
from onemap.plugin import dependencies  # noqa: E402

missing = [problem.library.module for problem in dependencies.missing_dependencies()]
print("MISSING", missing)
if missing:
    from onemap.plugin.kit import install_kit

    print("INSTALLED", install_kit(kit))
    dependencies.use_libraries()
    assert dependencies.missing_dependencies() == [], dependencies.missing_dependencies()
plugin = onemap.classFactory(None)
plugin.initProcessing()
print("ALGORITHMS", machine.algorithms())
for name in ("openpyxl", "jsonschema", "docx"):
    if name not in hidden and not (name == "docx" and "lxml" in hidden):
        assert Path(__import__(name).__file__).is_relative_to(machine.plugins / "onemap" / "ext_libs"), name

import processing  # noqa: E402
from qgis.core import QgsFeature, QgsGeometry, QgsProcessingException, QgsProject, QgsVectorLayer  # noqa: E402


def square(name, x):
    layer = QgsVectorLayer("Polygon?crs=EPSG:4549&field=XMBH:string", name, "memory")
    feature = QgsFeature(layer.fields())
    feature.setAttributes([name])
    feature.setGeometry(QgsGeometry.fromWkt(
        f"POLYGON(({x} 3350000,{x + 100} 3350000,{x + 100} 3350100,{x} 3350100,{x} 3350000))"))  # fmt: skip
    layer.dataProvider().addFeatures([feature])
    layer.updateExtents()
    QgsProject.instance().addMapLayer(layer)
    return layer


from onemap.plugin.formats.rules.yaml_writer import save_yaml  # noqa: E402

rules = Path(folder) / "rules.yaml"
rules.write_text("# 县\nlines:\n  - id: GYL # 会议纪要3号\n    buffer: 10\n", encoding="utf-8")
save_yaml(rules, {"lines": [{"id": "GYL", "buffer": 20}]})
print("RULES", rules.read_text(encoding="utf-8").replace("\n", "|"))
assert Path(sys.modules["ruamel.yaml"].__file__).is_relative_to(machine.plugins / "onemap" / "ext_libs")

reports = [f"{folder}/report.{suffix}" for suffix in ("docx", "xlsx", "html")]
values = {"PROJECTS": square("projects", 500_000), "CONTROL_LINES": [square("YJJBNTTB", 500_050)], "FINDINGS": "memory:",
          "VERDICTS": "memory:", "REPORT": ";".join(reports[1:] if "lxml" in hidden else reports)}  # fmt: skip
result = processing.run("onemap:checkcontrollines", values)
print("CONFLICTS", result["CONFLICT_COUNT"])
print("REPORTS", *(Path(report).name for report in reports if Path(report).exists()))
if "lxml" in hidden:
    try:
        processing.run("onemap:checkcontrollines", {**values, "REPORT": reports[0]})
    except QgsProcessingException as error:
        print("REFUSED", str(error).replace("\n", " "))
plugin.unload()
assert not [name for name, module in sys.modules.items() if "ext_libs" in (getattr(module, "__file__", None) or "")]
assert not [entry for entry in sys.path if "ext_libs" in entry]
