"""Which platform an address stands for. Another address is another platform until the user says that it moved."""

from ..core.errors import InputError
from ..store.audit import Change
from ..store.workspace import Workspace

_KEY = "sync_identities"


def identity_of(workspace: Workspace, address: str) -> str:
    """Identity under which a workspace keeps what it knows of the platform at an address."""
    kept = workspace.setting(_KEY, {})
    return str(kept.get(address, address)) if isinstance(kept, dict) else address


def platform_moved(workspace: Workspace, old: str, new: str, actor: str) -> None:
    """The user says that the platform of an old address is now at a new one: what was known of it still holds."""
    if not old or old == new:
        raise InputError("sync_address", address=old)
    with workspace.transaction():
        kept = workspace.setting(_KEY, {})
        workspace.set_setting(_KEY, {**kept, new: identity_of(workspace, old)})
        workspace.audit_act(actor, "platform moved", "workspace", Change("", {"url": old}, {"url": new}))
