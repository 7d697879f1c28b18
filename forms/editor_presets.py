"""What a new record is filled in with beforehand: the county, today, and who filled in the last one."""

from datetime import date

from ..plugin.core.forms.schema import Form
from ..plugin.store.workspace import Workspace

_KEPT = "presets"  # the setting of a workspace: {field key: value}
_PEOPLE = ("reporter", "phone", "unit", "who")


def name_fields(form: Form) -> dict:
    """{field of a division's code: field of its name}"""
    return {check["code"]: check["name"] for check in form.checks if check["kind"] == "division_name"}


def presets(workspace: Workspace, form: Form, actor: str) -> dict[str, str]:
    """{field key: value} for a new record."""
    found = {}
    kept = workspace.setting(_KEPT, {})
    for field in form.fields:
        if field.widget == "division" and "6" in field.identifier.replace("division", "").split(","):
            found[field.key] = workspace.county
            name = name_fields(form).get(field.key)
            if name and workspace.divisions().name(workspace.county):
                found[name] = workspace.divisions().name(workspace.county)
        elif field.key == form.period_from and field.value_type == "date":
            found[field.key] = date.today().isoformat()
        elif field.key in _PEOPLE and kept.get(field.key):
            found[field.key] = kept[field.key]
    return found


def keep_presets(workspace: Workspace, form: Form, values: dict) -> None:
    """Remember who filled a record in, for the next one."""
    kept = workspace.setting(_KEPT, {})
    new = {**kept, **{key: values[key] for key in _PEOPLE if key in form.keys and values.get(key)}}
    if new != kept:
        workspace.set_setting(_KEPT, new)
