"""Sensitive fields (x-sensitive in a form's schema) on their way: what a policy keeps out of courier bags, and why a
mask never takes the place of a value, neither there nor here.
"""

import re
import uuid
from dataclasses import dataclass
from enum import Enum
from typing import Any, Optional

from ..core.forms.masking import is_mask, mask
from ..core.forms.schema import Form
from ..store.outbox import Operation, OutboxEntry, Row
from .wire import JsonObject

SETTING = "bag_policy"


class BagPolicy(str, Enum):
    """What a courier bag carries of sensitive fields: everything, masks (where the field takes one), nothing."""

    COMPLETE = "complete"
    MASK = "mask"
    OMIT = "omit"


@dataclass(frozen=True)
class Shaped:
    """An entry as it goes out. `withheld`: sensitive fields whose values stay here."""

    entry: OutboxEntry
    withheld: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Its idempotency key: a request that lacks something is another request than the complete one."""
        return withheld_key(self.entry.key) if self.withheld else self.entry.key


def withheld_key(key: str) -> str:
    """Key of an entry's request without its sensitive values."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"onemap-withheld:{key}"))


def shaped(entry: OutboxEntry, form: Optional[Form], policy: BagPolicy = BagPolicy.COMPLETE) -> Shaped:
    """What of an entry may go out. A mask never does. A replacement that lacks something becomes an update that does
    not mention it, so that what the platform has stays."""
    body = entry.body
    if form is None or body is None or not form.sensitive or entry.op is Operation.DELETE:
        return Shaped(entry)
    masks = [key for key in form.sensitive if is_mask(body.get(key))]
    values = [key for key in form.sensitive if body.get(key) not in (None, "", []) and key not in masks]
    withheld = () if policy is BagPolicy.COMPLETE else tuple(values)
    if not masks and not withheld:
        return Shaped(entry)
    silent = {*masks, *withheld}
    rest = {key: value for key, value in body.items() if key not in silent}
    if entry.op is Operation.CREATE:
        shown = {key: mask(body[key]) for key in withheld if policy is BagPolicy.MASK and _takes_mask(form, key)}
        return Shaped(entry.but(body={**rest, **shown}), withheld)
    return Shaped(entry.but(op=Operation.UPDATE, body=_patch(form, rest, silent)), withheld)


def _takes_mask(form: Form, key: str) -> bool:
    field = form.field(key)
    return field.value_type == "text" and not field.codes and not (field.pattern and not re.search(field.pattern, "**"))


def _patch(form: Form, body: Row, silent: set[str]) -> JsonObject:
    """A merge patch that says of every field but the silent ones what a replacement would say."""
    properties = {key: None for key in form.keys if key not in silent}
    properties.update({key: value for key, value in body.items() if key not in ("id", "geometry")})
    patch: JsonObject = {"properties": properties}
    if form.geometry != "none":
        patch["geometry"] = body.get("geometry")
    return patch


def acknowledged_part(entry: OutboxEntry, form: Form, base: Optional[Row]) -> OutboxEntry:
    """The entry with those sensitive values that the platform has: what was withheld is as it was there before."""
    body = dict(entry.body or {})
    for key in shaped(entry, form, BagPolicy.OMIT).withheld:
        body.pop(key)
        if (base or {}).get(key) not in (None, ""):
            body[key] = (base or {})[key]
    return entry.but(body=body)


def unmasked(form: Optional[Form], remote: Row, base: Optional[Row], local: Optional[Row]) -> Row:
    """The platform's row, but for sensitive fields that it shows masked, or empty where they were withheld: those are
    what is known of them."""
    found = remote
    for key in form.sensitive if form else ():
        former, own, shown = (_value(row, key) for row in (base, local, remote))
        known = former if former is not None else own
        if known is not None and (is_mask(remote.get(key)) or (shown is None and former is None)):
            found = {**found, key: known}
    return found


def without_masks(form: Optional[Form], row: Row) -> Row:
    """A row whose masks say nothing: a value of ours that the platform never acknowledged still has to go there."""
    masks = [key for key in (form.sensitive if form else ()) if is_mask(row.get(key))]
    return {**row, **dict.fromkeys(masks)} if masks else row


def _value(row: Optional[Row], key: str) -> Any:
    """A value that is known; None for none, and for a mask."""
    value = (row or {}).get(key)
    return None if value in (None, "", []) or is_mask(value) else value
