"""Anchors of the audit chain: its head, written down where nobody who changes this file can change it too.

The chain alone proves that nobody changed, removed or inserted rows without rewriting everything that follows. Who
rewrites all of it is found out by an anchor kept elsewhere: in an exported book, a bag, a platform's receipt, a text
file, a printed sheet.
"""

import re
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Optional, Union

from ..core import messages
from ..core.errors import InputError, OutputError
from .audit import now_text

if TYPE_CHECKING:
    from .workspace import Workspace

_LINE = re.compile(r"onemap-audit\s+(\S+)\s+(\d{1,15})\s+([0-9a-f]{64})\s+([0-9TZ:.+-]{1,40})")
_MOST_BYTES = 4 << 20


@dataclass(frozen=True)
class Anchor:
    """The head of a workspace's chain as it once was: `seq` rows, the last one's `hash`; `place`: where it stands."""

    workspace: str
    seq: int
    hash: str
    at: str
    place: str = ""

    @property
    def line(self) -> str:
        """The anchor as one line of text."""
        return f"onemap-audit {self.workspace} {self.seq} {self.hash} {self.at}"


@dataclass(frozen=True)
class AnchorReport:
    """`matching`: anchors that the chain bears out; `broken`: those it contradicts; `foreign`: of other workspaces."""

    matching: tuple[Any, ...] = ()
    broken: tuple[Any, ...] = ()
    foreign: int = 0


def head_anchor(workspace: "Workspace", place: str = "") -> Anchor:
    """The Anchor of the chain as it is now."""
    seq, digest = workspace.audit.head()
    return Anchor(workspace.identity, seq, digest, now_text(), place)


def keep_anchor(workspace: "Workspace", kind: str, place: str) -> Anchor:
    """Note in the workspace that its head was written down at `place` (a book, a bag, a report)."""
    return note_anchor(workspace, head_anchor(workspace, place), kind)


def note_anchor(workspace: "Workspace", anchor: Anchor, kind: str) -> Anchor:
    """Note an Anchor that was written down, or that came back from where it had been written down."""
    with workspace.transaction():
        values = (anchor.seq, anchor.hash, anchor.at, kind, anchor.place)
        workspace._db.execute("INSERT OR REPLACE INTO onemap_anchor VALUES (?, ?, ?, ?, ?)", values)
    return anchor


def take_back(workspace: "Workspace", text: str, kind: str, place: str) -> AnchorReport:
    """Hold the Anchors that came back from elsewhere (a receipt) against the chain, and note this workspace's own."""
    found = anchors_of(text, place)
    for anchor in found:
        if anchor.workspace == workspace.identity:
            note_anchor(workspace, anchor, kind)
    return compare_anchors(workspace, found)


def append_anchor(workspace: "Workspace", path: Union[str, Path]) -> Anchor:
    """Add the present head as a line to a text file that the user keeps elsewhere; lines that are there stay."""
    anchor = head_anchor(workspace, str(path))
    try:
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(anchor.line + "\n")
    except OSError as error:
        raise OutputError("output_failed", output=str(path), error=error.strerror or error) from error
    return anchor


def anchors_in(path: Union[str, Path], place: str = "") -> list[Anchor]:
    """The Anchors that stand in a text file (or any text that holds such lines) or in a courier bag; InputError when it
    cannot be read. `place`: what it is called, where it is a decrypted copy."""
    try:
        text = _bag_info(path) if zipfile.is_zipfile(path) else _text(Path(path))
    except (OSError, zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError) as error:
        reason = getattr(error, "strerror", None) or error
        raise InputError("anchors_unreadable", file=place or Path(path).name, error=reason) from error
    found = anchors_of(text, place or Path(path).name)
    if not found:
        raise InputError("anchors_none", file=place or Path(path).name)
    return found


def anchors_of(text: str, place: str = "") -> list[Anchor]:
    """The Anchors that stand in a text."""
    return [Anchor(workspace, int(seq), digest, at, place) for workspace, seq, digest, at in _LINE.findall(text)]


def _text(path: Path) -> str:
    with path.open("rb") as file:
        return _bounded(file, path)


def _bag_info(path: Union[str, Path]) -> str:
    """bag-info.txt of a courier bag."""
    with zipfile.ZipFile(path) as bag:
        name = next((name for name in bag.namelist() if name.endswith("/bag-info.txt")), None)
        if name is None:
            return ""
        with bag.open(name) as file:
            return _bounded(file, Path(path))


def _bounded(file: IO[bytes], path: Path) -> str:
    data = file.read(_MOST_BYTES + 1)
    if len(data) > _MOST_BYTES:
        raise InputError("anchors_unreadable", file=path.name, error=f"> {_MOST_BYTES >> 20} MB")
    return data.decode("utf-8", "replace")


def kept_anchors(workspace: "Workspace") -> list[Anchor]:
    """The Anchors that the workspace itself noted."""
    if not workspace._db.value("SELECT count(*) FROM sqlite_master WHERE name = 'onemap_anchor'"):
        return []
    rows = workspace._db.rows("SELECT seq, hash, at, kind, place FROM onemap_anchor ORDER BY seq")
    return [Anchor(workspace.identity, seq, digest, at, f"{kind}: {place}") for seq, digest, at, kind, place in rows]


def compare_anchors(workspace: "Workspace", anchors: Iterable[Anchor]) -> AnchorReport:
    """Hold anchors against the chain."""
    matching, broken, foreign = [], [], 0
    for anchor in anchors:
        if anchor.workspace != workspace.identity:
            foreign += 1
        elif _hash_of(workspace, anchor.seq) == anchor.hash:
            matching.append(anchor)
        else:
            broken.append(anchor)
    return AnchorReport(tuple(matching), tuple(broken), foreign)


def _hash_of(workspace: "Workspace", seq: int) -> Optional[str]:
    if seq == 0:
        return "0" * 64
    return workspace._db.value("SELECT hash FROM onemap_audit WHERE seq = ?", (seq,))


def anchor_lines(report: AnchorReport, pending: int = 0) -> list[str]:
    """What comparing anchors found, in words; `pending`: outside edits that the chain does not hold yet."""
    lines = [messages.text("anchor_broken", seq=a.seq, at=a.at, place=a.place) for a in report.broken]
    if report.matching:
        last = max(report.matching, key=lambda anchor: anchor.seq)
        lines.append(messages.text("anchor_matches", count=len(report.matching), at=last.at, seq=last.seq))
    if report.foreign:
        lines.append(messages.text("anchor_foreign", count=report.foreign))
    if pending:
        lines.append(messages.text("outside_pending", count=pending))
    return lines
