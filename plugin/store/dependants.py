"""What in a workspace rests on a layer that has a new version: review cases, and projects handed in by them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

from ..core.forms.schema import Form
from ..core.land.file_state import same_file
from ..core.review.rounds import RoundInput
from .audit import Change
from .county_layers import LayerVersion
from .self_check import SUBJECT as SELF_CHECK
from .workspace import Workspace

STALE = "stale_rounds"  # the setting that keeps them: {round id: [layers]}


@dataclass(frozen=True)
class Dependant:
    """Something that has to be looked at again. `kind`: case or record; `layer`: the layer that changed."""

    kind: str
    id: str
    title: str
    layer: str


def flag_stale(workspace: Workspace, store: Path, versions: Iterable[LayerVersion], actor: str) -> list[Dependant]:
    """Mark what rests on the layers of a store that have these new versions; the chain keeps it. One transaction."""
    changed = list(versions)
    found = list(_dependants(workspace, store, {one.layer for one in changed}))
    with workspace.transaction():
        stale = workspace.setting(STALE, {})
        for one in found:
            if one.kind == "case":
                stale[one.id] = sorted({*stale.get(one.id, []), one.layer})
        workspace.set_setting(STALE, stale)
        for version in changed:
            values = {"version": version.version, "sha256": version.sha256, "store": store.name}
            values["stale"] = len([one for one in found if one.layer == version.layer])
            workspace.audit.append(actor, "layer version", "layer", Change(version.layer, None, values))
    return found


def stale_rounds(workspace: Workspace) -> dict[str, list[str]]:
    """{round id: layers that got a new version after the round}, of rounds that no later one has replaced when it
    was marked."""
    kept = workspace.setting(STALE, {})
    return {str(number): list(layers) for number, layers in kept.items()} if isinstance(kept, dict) else {}


def stale_records(workspace: Workspace, form: Form) -> dict[str, list[str]]:
    """{record id: layers} of records that were handed in by the check of such a round."""
    marked = stale_rounds(workspace)
    if not marked or not workspace.self_check.applies(form):
        return {}
    titles = {f"{one.case} {one.number}": marked[one.id] for one in workspace.cases.rounds() if one.id in marked}
    found: dict[str, list[str]] = {}
    for one in _records(workspace, titles, (form,)):
        found.setdefault(one.id, []).append(one.layer)
    return found


def _dependants(workspace: Workspace, store: Path, layers: set[str]) -> Iterator[Dependant]:
    seen: set[str] = set()
    named: dict[str, list[str]] = {}
    for info in workspace.cases.rounds():
        if info.is_old or info.case in seen:  # the latest round of a case is what counts
            continue
        seen.add(info.case)
        for layer in sorted(layers & _layers_of(workspace.cases.head(info.id).inputs, store, layers)):
            yield Dependant("case", info.id, f"{info.case} {info.number}", layer)
            named.setdefault(f"{info.case} {info.number}", []).append(layer)
    yield from _records(workspace, named)


def _layers_of(inputs: Iterable[RoundInput], store: Path, layers: set[str]) -> set[str]:
    """Those of the layers that a round read from the store."""
    found = set()
    for one in inputs:
        path, _, rest = one.source.partition("|")
        table = next((p.split("=", 1)[1] for p in rest.split("|") if p.lower().startswith("layername=")), "")
        if path and Path(path).exists() and same_file(Path(path), store):
            found |= {layer for layer in layers if layer.lower() == table.lower()}
    return found


def _records(
    workspace: Workspace, rounds: dict[str, list[str]], forms: Optional[Iterable[Form]] = None
) -> Iterator[Dependant]:
    """Records that were handed in by the check of one of the rounds; `forms`: None for all."""
    for form in (workspace.forms() if forms is None else forms) if rounds else ():
        if not workspace.self_check.applies(form):
            continue
        for record in workspace.records(form, {"status": "submitted"}):
            reported = workspace.audit.state_of(SELF_CHECK, record["id"]) or {}
            for layer in rounds.get(reported.get("evidence", ""), []):
                yield Dependant("record", record["id"], str(record.get("name") or record["id"]), layer)
