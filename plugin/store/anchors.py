"""Anchors of the audit chain: its head, written down where nobody who changes this file can change it too.

The chain alone proves that nobody changed, removed or inserted rows without rewriting everything that follows. Who
rewrites all of it is found out by an anchor kept elsewhere: in an exported book, a bag, a platform's receipt, a text
file, a printed sheet.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional, Union

from ..core import messages
from ..core.errors import InputError, OutputError
from .audit import now_text

_LINE = re.compile(r"onemap-audit\s+(\S+)\s+(\d+)\s+([0-9a-f]{64})\s+(\S+)")
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

    matching: tuple = ()
    broken: tuple = ()
    foreign: int = 0


def head_anchor(workspace: Any, place: str = "") -> Anchor:
    """The Anchor of the chain as it is now."""
    seq, digest = workspace.audit.head()
    return Anchor(workspace.identity, seq, digest, now_text(), place)


def keep_anchor(workspace: Any, kind: str, place: str) -> Anchor:
    """Note in the workspace that its head was written down at `place` (a book, a bag, a report)."""
    anchor = head_anchor(workspace, place)
    with workspace.transaction():
        values = (anchor.seq, anchor.hash, anchor.at, kind, place)
        workspace._db.execute("INSERT OR REPLACE INTO onemap_anchor VALUES (?, ?, ?, ?, ?)", values)
    return anchor


def append_anchor(workspace: Any, path: Union[str, Path]) -> Anchor:
    """Add the present head as a line to a text file that the user keeps elsewhere; lines that are there stay."""
    anchor = head_anchor(workspace, str(path))
    try:
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(anchor.line + "\n")
    except OSError as error:
        raise OutputError("output_failed", output=str(path), error=error.strerror or error) from error
    return anchor


def anchors_in(path: Union[str, Path]) -> list[Anchor]:
    """The Anchors that stand in a text file (or any text that holds such lines); InputError when it cannot be read."""
    try:
        if Path(path).stat().st_size > _MOST_BYTES:
            raise InputError("anchors_unreadable", file=Path(path).name, error=f"> {_MOST_BYTES >> 20} MB")
        text = Path(path).read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise InputError("anchors_unreadable", file=Path(path).name, error=error.strerror or error) from error
    found = [Anchor(w, int(seq), digest, at, Path(path).name) for w, seq, digest, at in _LINE.findall(text)]
    if not found:
        raise InputError("anchors_none", file=Path(path).name)
    return found


def kept_anchors(workspace: Any) -> list[Anchor]:
    """The Anchors that the workspace itself noted."""
    if not workspace._db.value("SELECT count(*) FROM sqlite_master WHERE name = 'onemap_anchor'"):
        return []
    rows = workspace._db.rows("SELECT seq, hash, at, kind, place FROM onemap_anchor ORDER BY seq")
    return [Anchor(workspace.identity, seq, digest, at, f"{kind}: {place}") for seq, digest, at, kind, place in rows]


def compare_anchors(workspace: Any, anchors: Iterable[Anchor]) -> AnchorReport:
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


def _hash_of(workspace: Any, seq: int) -> Optional[str]:
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
