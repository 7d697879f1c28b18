"""The attribute form of plain QGIS and QField, stored as the layer's default style in the GeoPackage.

Value maps, aliases, constraints and defaults come from the form's schema; system columns are shown read-only or hidden.
"""

from collections.abc import Sequence
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring  # noqa: S405 - written here, never read

from ..core.forms.fields import Field
from ..core.forms.schema import Form
from .database import Database
from .record_table import SUBJECT, SYSTEM_COLUMNS

_STATUS = (
    ("draft", "草稿"),
    ("ready", "待提交"),
    ("submitted", "已提交"),
    ("returned", "已退回"),
    ("approved", "已批准"),
)
_STATUS_COLOURS = {
    "draft": "158,158,158",
    "ready": "33,150,243",
    "submitted": "255,152,0",
    "returned": "229,57,53",
    "approved": "67,160,71",
}
_SHOWN = {
    "status": "状态",
    "period": "填报期",
    "case_no": "编号",
    "return_reason": "退回原因",
    "updated_at": "更新时间",
}
_NOT_NULL, _EXPRESSION = 1, 4
_STRICT = {_NOT_NULL: "1", _EXPRESSION: "2"}  # QGIS: 1 = hard, 2 = soft


def store_style(database: Database, form: Form) -> None:
    """Write (or renew) the default style of a form's table."""
    database.execute("DELETE FROM layer_styles WHERE f_table_name = ? AND styleName = 'onemap'", (form.id,))
    database.execute(
        "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, "
        "styleName, styleQML, styleSLD,"
        " useAsDefault, description, owner) VALUES ('', '', ?, ?, 'onemap', ?, '', 1, ?, '')",
        (form.id, "geom" if form.geometry != "none" else "", form_qml(form), form.title["zh"]),
    )


def form_qml(form: Form) -> str:
    """QML text of a form: fields, aliases, defaults, constraints, layout and, for layers, colours by status."""
    root = Element(
        "qgis",
        version="3.22.0",
        styleCategories="Fields|Forms|Symbology" if form.geometry != "none" else "Fields|Forms",
    )
    names = ["fid", *SYSTEM_COLUMNS, SUBJECT, *form.keys]
    configuration = SubElement(root, "fieldConfiguration")
    for name in names:
        widget, options = _system_widget(name) if name not in form.keys else _widget(form.field(name))
        _add_widget(configuration, name, widget, options)
    _add_aliases(root, form, names)
    _add_defaults(root, form, names)
    _add_constraints(root, form, names)
    _add_layout(root, form)
    if form.geometry != "none":
        _add_renderer(root, form.geometry)
    return tostring(root, encoding="unicode")


def _system_widget(name: str) -> tuple[str, dict[str, Any]]:
    if name == "status":
        return "ValueMap", {"map": [(zh, value) for value, zh in _STATUS]}
    return ("TextEdit", {}) if name in _SHOWN else ("Hidden", {})


def _widget(field: Field) -> tuple[str, dict[str, Any]]:
    if field.kind == "choice":
        empty = [] if field.required else [("", "{2839923C-8B7D-419E-B84B-CA2FE9B80EC7}")]  # QGIS's sign for NULL
        return "ValueMap", {"map": [*empty, *((zh, value) for value, zh, _ in field.codes)]}
    if field.value_type == "date":
        return "DateTime", {
            "display_format": "yyyy-MM-dd",
            "field_format": "yyyy-MM-dd",
            "calendar_popup": True,
            "allow_null": True,
        }
    if field.kind == "reference":
        return "ValueRelation", {
            "LayerName": field.reference["form"],
            "Key": "id",
            "Value": field.reference["shows"],
            "AllowNull": True,
        }
    if field.value_type in ("integer", "number") and field.minimum is not None and field.maximum is not None:
        return "Range", {"Min": field.minimum, "Max": field.maximum, "AllowNull": True, "Style": "SpinBox"}
    return "TextEdit", {"IsMultiline": field.kind == "text" and field.widget == "text"}


def _add_widget(parent: Element, name: str, widget: str, options: dict[str, Any]) -> None:
    edit = SubElement(SubElement(parent, "field", name=name), "editWidget", type=widget)
    holder = SubElement(SubElement(edit, "config"), "Option", type="Map")
    for key, value in options.items():
        if isinstance(value, list):
            items = SubElement(holder, "Option", type="List", name=key)
            for label, code in value:
                SubElement(SubElement(items, "Option", type="Map"), "Option", type="QString", name=label, value=code)
        else:
            kind = "bool" if isinstance(value, bool) else "double" if isinstance(value, (int, float)) else "QString"
            text = str(value).lower() if isinstance(value, bool) else str(value)
            SubElement(holder, "Option", type=kind, name=key, value=text)


def _add_aliases(root: Element, form: Form, names: Sequence[str]) -> None:
    aliases = SubElement(root, "aliases")
    for index, name in enumerate(names):
        title = form.field(name).title_zh if name in form.keys else _SHOWN.get(name, name)
        SubElement(aliases, "alias", index=str(index), field=name, name=title)


def _add_defaults(root: Element, form: Form, names: Sequence[str]) -> None:
    today = {"reported_at": "to_date(now())"}
    known = {"id": "uuid('WithoutBraces')", "status": "'draft'", **{k: v for k, v in today.items() if k in form.keys}}
    defaults = SubElement(root, "defaults")
    for name in names:
        SubElement(defaults, "default", field=name, expression=known.get(name, ""), applyOnUpdate="0")


def _add_constraints(root: Element, form: Form, names: Sequence[str]) -> None:
    constraints, expressions = SubElement(root, "constraints"), SubElement(root, "constraintExpressions")
    for name in names:
        field = form.field(name) if name in form.keys else None
        expression, description = _constraint(field) if field else ("", "")
        kinds = (_NOT_NULL if field and field.required else 0) + (_EXPRESSION if expression else 0)
        SubElement(
            constraints,
            "constraint",
            field=name,
            constraints=str(kinds),
            notnull_strength=_STRICT[_NOT_NULL] if kinds & _NOT_NULL else "0",
            exp_strength=_STRICT[_EXPRESSION] if kinds & _EXPRESSION else "0",
            unique_strength="0",
        )
        SubElement(expressions, "constraint", field=name, exp=expression, desc=description)


def _constraint(field: Field) -> tuple[str, str]:
    """(QGIS expression, Chinese words) of what a field demands.

    Empty where it demands nothing more than being filled in.
    """
    name = f'"{field.key}"'
    if field.pattern and field.value_type == "text":
        pattern = field.pattern.replace("\\", "\\\\").replace("'", "''")
        return f"{name} IS NULL OR regexp_match({name}, '{pattern}')", f"{field.title_zh}不符合规定的格式"
    bounds = [f"{name} >= {field.minimum}"] * (field.minimum is not None) + [f"{name} <= {field.maximum}"] * (
        field.maximum is not None
    )
    if bounds:
        return f"{name} IS NULL OR ({' AND '.join(bounds)})", f"{field.title_zh}超出允许范围"
    return "", ""


def _add_layout(root: Element, form: Form) -> None:
    """The form shows what a person fills in first, then what the workspace says of the record."""
    SubElement(root, "editorlayout").text = "tablayout"
    layout = SubElement(root, "attributeEditorForm")
    for title, names in ((form.title["zh"], form.keys), ("填报状态", tuple(_SHOWN))):
        tab = SubElement(layout, "attributeEditorContainer", name=title, columnCount="1", groupBox="0", showLabel="1")
        for name in names:
            SubElement(tab, "attributeEditorField", name=name, showLabel="1", index="-1")
    editable = SubElement(root, "editable")
    for name in ["fid", *SYSTEM_COLUMNS, SUBJECT, *form.keys]:
        SubElement(editable, "field", name=name, editable="1" if name in form.keys else "0")


def _add_renderer(root: Element, geometry: str) -> None:
    kind = "marker" if geometry == "point" else "fill"
    renderer = SubElement(
        root,
        "renderer-v2",
        type="categorizedSymbol",
        attr="status",
        symbollevels="0",
        enableorderby="0",
        forceraster="0",
    )
    categories, symbols = SubElement(renderer, "categories"), SubElement(renderer, "symbols")
    for number, (value, label) in enumerate(_STATUS):
        SubElement(categories, "category", symbol=str(number), value=value, label=label, render="true")
        symbol = SubElement(symbols, "symbol", name=str(number), type=kind, alpha="0.75", clip_to_extent="1")
        layer = SubElement(
            symbol,
            "layer",
            {"class": "SimpleMarker" if kind == "marker" else "SimpleFill", "enabled": "1", "pass": "0", "locked": "0"},
        )
        colour = f"{_STATUS_COLOURS[value]},255"
        for key, text in (("color", colour), ("outline_color", "60,60,60,255"), ("size", "2.4"), ("style", "solid")):
            SubElement(layer, "prop", k=key, v=text)
