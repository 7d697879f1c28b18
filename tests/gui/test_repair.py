"""A plugin whose libraries are missing says so, names three ways, installs the offline kit and starts without a restart."""

import hashlib
import zipfile

import pytest
from onemap.tests.support.window import settle


@pytest.fixture
def profile(tmp_path, monkeypatch):
    """A profile folder of its own for the kit."""
    from onemap.plugin import dependencies, kit

    folder = tmp_path / "profile" / "libs"
    monkeypatch.setattr(dependencies, "kit_folder", lambda: folder)
    monkeypatch.setattr(kit, "kit_folder", lambda: folder)
    yield folder
    import sys

    sys.modules.pop("onemap_test_library", None)
    while str(folder) in sys.path:
        sys.path.remove(str(folder))


def make_kit(path, monkeypatch, name="onemap_test_library/__init__.py", altered=False):
    """A kit with one wheel that fits this Python, and the list that names it."""
    from onemap.plugin import kit

    wheel = path.with_suffix(".whl")
    with zipfile.ZipFile(wheel, "w") as content:
        content.writestr(name, "good = True\n")
    row = kit.Wheel("onemap-test", "1.0", "cp3", "any", wheel.name, hashlib.sha256(wheel.read_bytes()).hexdigest())
    monkeypatch.setattr(kit, "wheels_for_this_python", lambda: [row])
    with zipfile.ZipFile(path, "w") as outer:
        outer.writestr(f"wheels/{wheel.name}", wheel.read_bytes() + (b"x" if altered else b""))
    return path


def library():
    from onemap.plugin.dependencies import Library

    return Library("onemap_test_library", "onemap-test", "1.0", lambda module: module.good, required=True)


def test_libraries_are_tried_by_use_and_not_by_the_version_they_claim():
    from onemap.plugin.dependencies import LIBRARIES, Library, missing_dependencies

    assert missing_dependencies() == [] and missing_dependencies(LIBRARIES) == []
    (problem,) = missing_dependencies([Library("no_such_library", "no-such", "1", bool)])
    assert problem.found is None and "ModuleNotFoundError" in problem.reason
    (problem,) = missing_dependencies([Library("pytest", "pytest", "1", lambda module: module.no_such_name)])
    assert problem.found and "no_such_name" in problem.reason


def test_the_command_passes_where_the_system_python_is_managed(profile):
    from onemap.plugin.dependencies import Library, Problem, mending_command

    problem = Problem(Library("shapely", "shapely", "2.0", bool, True), None)
    command = mending_command([problem], "linux")
    assert (
        command.startswith("python3 -m pip install")
        and f'--target "{profile}"' in command
        and '"shapely>=2.0"' in command
    )
    assert mending_command([problem], "win32").startswith("python -m pip")


def test_without_a_required_library_a_page_mends_it_without_a_restart(
    iface, without_provider, profile, tmp_path, monkeypatch
):
    from onemap.plugin import dependencies
    from onemap.plugin.main import OneMapPlugin

    monkeypatch.setattr(dependencies, "LIBRARIES", (*dependencies.LIBRARIES, library()))
    from onemap.plugin.gui import repair

    monkeypatch.setattr(repair, "LIBRARIES", dependencies.LIBRARIES)
    monkeypatch.setattr(
        repair, "function_names", lambda: dict.fromkeys([m.module for m in dependencies.LIBRARIES], "x")
    )
    before = len(iface.window.findChildren(type(iface.window.menuBar())))
    plugin = OneMapPlugin(iface)
    plugin.initGui()
    assert plugin.window is None and plugin.provider is None
    (item,) = iface.bar.items()
    assert "onemap-test" in item.text() and "pip" not in item.text()
    page = plugin.repair.open()
    assert page.table.item(0, 0).text() == "onemap-test" and page.table.rowCount() == len(dependencies.LIBRARIES)
    page.try_again()
    assert plugin.window is None and page.said.text()
    page.use_kit(str(make_kit(tmp_path / "kit.zip", monkeypatch)))
    assert plugin.window is not None and plugin.provider is not None
    plugin.unload()
    settle()
    assert len(iface.window.findChildren(type(iface.window.menuBar()))) == before


def test_a_kit_that_was_altered_or_leaves_its_folder_is_refused(profile, tmp_path, monkeypatch):
    from onemap.plugin import kit
    from onemap.plugin.core.errors import InputError

    for number, (arguments, code) in enumerate(
        (({"altered": True}, "kit_altered"), ({"name": "../outside.py"}, "kit_unreadable"))
    ):
        with pytest.raises(InputError) as caught:
            kit.install_kit(make_kit(tmp_path / f"kit{number}.zip", monkeypatch, **arguments))
        assert caught.value.code == code
    assert not (tmp_path / "profile" / "outside.py").exists() and not profile.exists()
    (tmp_path / "text.zip").write_text("no zip")
    with pytest.raises(InputError, match="kit"):
        kit.install_kit(tmp_path / "text.zip")


def test_the_support_report_names_versions_and_no_person_place_or_secret(qgis_app):
    from onemap.plugin.support import LogKeeper, scrubbed, support_report
    from qgis.core import QgsApplication

    keeper = LogKeeper(QgsApplication.messageLog())
    text = 'C:\\Users\\王某\\红线.gpkg at 500123.456, 3351234.5 "城北小学" token=abc123 /mnt/wang/a.shp'
    QgsApplication.messageLog().logMessage(text, "OneMap Desk")
    QgsApplication.messageLog().logMessage("of another plugin", "Other")
    report = support_report()
    keeper.dispose()
    assert "shapely" in report and "QGIS" in report and "another plugin" not in report
    for secret in ("王某", "红线", "500123", "3351234", "城北小学", "abc123", "wang"):
        assert secret not in report
    assert scrubbed("行 12：面积为 0") == "行 12：面积为 0"


def test_every_library_says_what_needs_it(qgis_app):
    from onemap.plugin.dependencies import LIBRARIES
    from onemap.plugin.gui.repair import RepairPage, function_names

    assert {library.module for library in LIBRARIES} == function_names().keys()
    page = RepairPage()
    assert page.table.rowCount() >= len(LIBRARIES)
    page.deleteLater()
