"""Fields that a platform with an interface of its own has no name for (see adapter.py). They never go there, so that
nothing it says of a record is about them: they stay as they are here. A field that it has a name for and does
not mention is what it last said: only null empties one. A platform may announce that it leaves out what is empty
(see discovery.omits_null): there what it does not mention is null.
"""

from typing import Any, Optional

from ..core.forms.schema import Form
from ..store.outbox import Row
from ..store.workspace import Workspace
from .discovery import OMITS_NULL
from .masking import unmasked
from .transport import Transport

_SETTING = "sync_unnamed"
_OMITTING = "sync_omits_null"


def note_unnamed(workspace: Workspace, transport: Transport) -> None:
    """Keep what the platform in use has no name for, so that it is known when nobody speaks with it. A field that it
    has a name for by now was never there: it is known of no item of the platform's."""
    kept, platform = _kept(workspace), workspace.outbox.platform
    former = kept.get(platform) or {}
    found = {}
    for form in workspace.forms():
        names = transport.names(form.id)
        found[form.id] = [] if names is None else [key for key in form.keys if key not in names]
    found = {collection: keys for collection, keys in found.items() if keys}
    if found == former:
        return
    with workspace.transaction():
        for collection, keys in former.items():
            workspace.outbox.forget_fields(collection, [key for key in keys if key not in found.get(collection, ())])
        workspace.set_setting(_SETTING, {**kept, platform: found})


def note_omission(workspace: Workspace, transport: Transport) -> None:
    """Keep whether the platform in use leaves out what is empty, likewise; where it did not say, as it last said."""
    platforms, platform = set(workspace.setting(_OMITTING, [])), workspace.outbox.platform
    if transport.places.get(OMITS_NULL, platform in platforms) != (platform in platforms):
        workspace.set_setting(_OMITTING, sorted(platforms ^ {platform}))


def omits_null(workspace: Workspace) -> bool:
    """Whether the platform in use leaves out what is empty."""
    return workspace.outbox.platform in workspace.setting(_OMITTING, [])


def unnamed(workspace: Workspace, collection: str) -> list[str]:
    """Fields of a collection that the platform in use has no name for."""
    of_platform = _kept(workspace).get(workspace.outbox.platform) or {}
    return list(of_platform.get(collection) or ())


def _kept(workspace: Workspace) -> dict[str, Any]:
    kept = workspace.setting(_SETTING, {})
    return kept if isinstance(kept, dict) else {}


def is_ours(base: Optional[Row]) -> bool:
    """Whether a base is what we sent ourselves, and so complete: a field that is not in it was empty."""
    return base is not None and "case_no" not in base


def with_unnamed(workspace: Workspace, collection: str, remote: Row, base: Optional[Row], local: Optional[Row]) -> Row:
    """The platform's row with what it has no name for as it is here; of a record that is not here as it last was. What
    it does not mention is as it last said, or null; a shape that it does not mention is never null."""
    known, former = local if local is not None else base or {}, base or {}
    keys = workspace.form(collection).keys if collection in workspace.editions.ids() else ()
    if is_ours(base):
        former = {**dict.fromkeys(keys), **former}
    lacking = [key for key in keys if key not in remote]
    if omits_null(workspace):
        silent: Row = dict.fromkeys(lacking)
    else:
        silent = {key: former[key] for key in (*lacking, "geometry") if key in former and key not in remote}
    return {**silent, **remote, **{key: known.get(key) for key in unnamed(workspace, collection)}}


def as_known(workspace: Workspace, form: Form, remote: Row, base: Optional[Row], local: Optional[Row]) -> Row:
    """The platform's row with all that it cannot say, or does not show, as it is known here."""
    return unmasked(form, with_unnamed(workspace, form.id, remote, base, local), base, local)
