"""Photos among the attachments: a preview, and a warning when their EXIF place lies far from the record's."""

import struct

import pytest
import shapely
from onemap.plugin.core.forms.photo_place import farthest_metres, metres_from, photo_place
from onemap.plugin.store.workspace import Workspace


def with_gps(jpeg, lon, lat, order="<"):
    """A JPEG with an EXIF block that says where it was taken."""

    def degrees(value):
        return struct.pack(f"{order}6I", int(value), 1, 0, 1, round((value - int(value)) * 3600 * 1000), 1000)

    entries = [(1, 2, 2, b"N\x00\x00\x00"), (2, 5, 3, None), (3, 2, 2, b"E\x00\x00\x00"), (4, 5, 3, None)]
    gps_at = 8 + 2 + 12 + 4
    data_at = gps_at + 2 + 12 * 4 + 4
    places = {2: data_at, 4: data_at + 24}
    tiff = (b"II" if order == "<" else b"MM") + struct.pack(f"{order}HI", 42, 8)
    tiff += struct.pack(f"{order}HHHIII", 1, 0x8825, 4, 1, gps_at, 0) + struct.pack(f"{order}H", 4)
    for tag, kind, count, value in entries:
        tiff += struct.pack(f"{order}HHI", tag, kind, count) + (value or struct.pack(f"{order}I", places[tag]))
    tiff += struct.pack(f"{order}I", 0) + degrees(lat) + degrees(lon)
    block = b"Exif\x00\x00" + tiff
    return jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(block) + 2) + block + jpeg[2:]


@pytest.fixture
def jpeg(qgis_app, tmp_path):
    from qgis.PyQt.QtGui import QImage

    image = QImage(300, 200, QImage.Format.Format_RGB32)
    image.fill(0x336699)
    image.save(str(tmp_path / "plain.jpg"), "JPG")
    return (tmp_path / "plain.jpg").read_bytes()


@pytest.mark.parametrize("order", ["<", ">"])
def test_the_place_of_a_photo(jpeg, order):
    assert photo_place(with_gps(jpeg, 119.95, 30.31, order)) == pytest.approx((119.95, 30.31), abs=1e-6)


def test_what_says_no_place(jpeg):
    photo = with_gps(jpeg, 119.95, 30.31)
    assert [photo_place(content) for content in (b"", b"PNG", jpeg, with_gps(jpeg, 0, 0))] == [None] * 4
    for end in range(2, 160, 3):
        assert photo_place(photo[:end]) in (None, pytest.approx((119.95, 30.31), abs=1e-6))


def test_metres_to_a_place():
    point, area = shapely.Point(119.95, 30.31), shapely.box(119.9, 30.3, 120, 30.4)
    assert metres_from(point.wkb, (119.95, 30.32)) == pytest.approx(1108.6, abs=1)
    assert metres_from(area.wkb, (119.95, 30.32)) == 0


def test_far_photos_are_warned_of_and_all_are_shown_small(jpeg, tmp_path):
    from onemap.forms.files_input import FilesInput

    (tmp_path / "far.jpg").write_bytes(with_gps(jpeg, 119.95, 30.33))
    (tmp_path / "near.jpg").write_bytes(with_gps(jpeg, 119.95, 30.311))
    (tmp_path / "note.txt").write_text("x")
    assert farthest_metres() == 500
    with Workspace.create(tmp_path / "w.gpkg", "330110") as workspace:
        widget = FilesInput(workspace)
        widget.add([tmp_path / name for name in ("far.jpg", "near.jpg", "note.txt")])
        assert [widget.list.item(row).icon().isNull() for row in range(3)] == [False, False, True]
        assert widget.placeLabel.isHidden()  # no place to compare with
        widget.compare_places(shapely.Point(119.95, 30.31).wkb)
        assert not widget.placeLabel.isHidden()
        assert "far.jpg" in widget.placeLabel.text() and "near.jpg" not in widget.placeLabel.text()
        widget.set_value(None)
        assert widget.placeLabel.isHidden()
        widget.deleteLater()


def test_forms_of_ours_are_marked_as_proposals(qgis_app, tmp_path):
    from onemap.forms.record_list import RecordList

    with Workspace.create(tmp_path / "w.gpkg", "330110") as workspace:
        window = RecordList(workspace, "tester")
        marked = {
            window.formBox.itemData(i)
            for i in range(window.formBox.count())
            if "proposal" in window.formBox.itemText(i)
        }
        window.done(0)
        window.deleteLater()
        assert marked == {form.id for form in workspace.forms() if form.schema.get("x-confidence") == "proposal"}
        assert {"detail_unit", "plan_amendment"} <= marked


def test_each_file_that_was_refused_is_named_and_two_of_one_name_are_told_apart(jpeg, tmp_path):
    from onemap.forms.files_input import FilesInput

    for folder, content in (("甲", jpeg), ("乙", jpeg + b"x")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "照片.jpg").write_bytes(content)
    (tmp_path / "空.jpg").write_bytes(b"")
    (tmp_path / "手机.HEIC").write_bytes(b"ftypheic")
    chosen = ["没有.jpg", "空.jpg", "甲", "手机.HEIC", "甲/照片.jpg", "乙/照片.jpg", "乙/照片.jpg"]
    with Workspace.create(tmp_path / "工作 空间.gpkg", "330110") as workspace:
        widget = FilesInput(workspace)
        widget.add([str(tmp_path / name) for name in chosen])
        assert [known["name"] for known in widget.value()] == ["手机.HEIC", "照片.jpg", "照片 (2).jpg"]
        told = widget.notice.text().splitlines()
        assert len(told) == 4 and all(
            name in line for name, line in zip(("没有.jpg", "空.jpg", "甲", "手机.HEIC"), told)
        )
        widget.add([str(tmp_path / "甲/照片.jpg")])
        assert widget.notice.isHidden() and len(widget.value()) == 3
        widget.deleteLater()


def test_a_photo_of_thirty_megabytes_is_looked_into(jpeg, tmp_path):
    from onemap.forms.files_input import FilesInput

    (tmp_path / "大.jpg").write_bytes(with_gps(jpeg, 119.95, 30.33) + bytes(31_457_280))
    with Workspace.create(tmp_path / "w.gpkg", "330110") as workspace:
        widget = FilesInput(workspace)
        widget.add([str(tmp_path / "大.jpg")])
        widget.compare_places(shapely.Point(119.95, 30.31).wkb)
        assert not widget.list.item(0).icon().isNull() and "大.jpg" in widget.placeLabel.text()
        widget.deleteLater()
