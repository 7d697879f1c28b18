"""What the wizard's test found, line by line in the user's words."""

from typing import TYPE_CHECKING, Any, Optional
from urllib.parse import urlsplit

from ...bridge.i18n import tr
from ...store.workspace import Workspace

if TYPE_CHECKING:
    from ...sync.examine import Examination

_NEEDED = ("changes", "dictionary", "control_line", "finding")


def examination_lines(found: "Examination", workspace: Workspace, address: str = "") -> Any:
    """[(good: True, False or None for a mere note, text)] of an Examination for a workspace.

    `address`: of the platform.
    """
    lines = _lines(found, workspace)
    parts = urlsplit(address)
    if parts.scheme == "http" and parts.hostname not in ("127.0.0.1", "::1", "localhost"):
        lines.append(
            (
                False,
                tr("The address begins with http: login and records are sent unencrypted. Ask for an https address."),
            )
        )
    return lines


def _lines(found, workspace):
    if found.error is not None:
        return (
            [*_class_lines(found), (False, str(found.error))]
            if found.missing or found.collections
            else [(False, str(found.error))]
        )
    offered = dict(found.collections)
    shows = tr("The platform answers and accepts the login; it shows {0} collections.").format(len(offered))
    lines: list[tuple[Optional[bool], str]] = [(True, shows)]
    lines += _class_lines(found) or [(True, tr("It can lock records against overwriting: changes can be sent."))]
    forms = {form.id: form.label for form in workspace.forms()}
    absent = [name for name in _NEEDED if name not in offered]
    if absent:
        lines.append((False, tr("Collections it does not have: {0}").format(", ".join(absent))))
    without = [label for name, label in forms.items() if name not in offered]
    if without:
        lines.append((None, tr("Forms it does not accept: {0}").format(", ".join(without))))
    return [*lines, _county_line(found.county, workspace.county)]


def _class_lines(found):
    blocking, other = (
        tr("Missing: {0}. Changes cannot be sent."),
        tr("Missing: {0}. Its answers may differ from the interface contract."),
    )
    return [(False, (blocking if name in found.blocking else other).format(name)) for name in found.missing]


def _county_line(login_county, own_county):
    if not login_county:
        return None, tr("It has no control line of this county yet: the county of the login cannot be determined.")
    if login_county == own_county:
        return True, tr("The login is for this county.")
    return False, tr("The login is for county {0}, the workspace for {1}.").format(login_county, own_county)
