"""What a writer takes: a document of blocks for people to read, and sheets for them to reckon with."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Callable, Optional

from ...core.messages import document_language
from .model import Block
from .wording import LANGUAGE


@dataclass
class Sheet:
    """One sheet of a workbook.

    `formats` says for each column what it holds: text, long (wrapped text), m2, ha, mu, pct, int, id, General, or a
    number of decimals ("3"); a row's own number of decimals, in `row_decimals`, goes before that of General columns.
    `tints`: for each row the colour of its cells ("RRGGBB") or None; `fixed`: leading columns that stand on every page
    of a sheet that is too wide for one.
    """

    name: str
    titles: list[str]
    formats: list[str]
    rows: Sequence[Sequence[Any]]
    tints: Sequence[Optional[str]] = field(default_factory=list)
    row_decimals: Sequence[int] = field(default_factory=list)
    fixed: int = 1


@dataclass
class Document:
    """A report in every format: `head` stands on top of each printed page.

    Parts (name: blocks, in reading order) and sheets are made when a writer first asks, since none needs both.
    `values`: single facts by name. A Word template calls parts and values by these names; `template` is the path of
    one, "" for the plain one.
    """

    title: str
    head: str
    software: str
    make_parts: Callable[[], dict[str, list[Block]]]
    make_sheets: Callable[[], list[Sheet]]
    values: dict[str, str] = field(default_factory=dict)
    template: str = ""

    @cached_property
    def parts(self) -> dict[str, list[Block]]:
        with document_language(LANGUAGE):
            return self.make_parts()

    @property
    def blocks(self) -> list[Block]:
        """All blocks in reading order."""
        return [block for blocks in self.parts.values() for block in blocks]

    @cached_property
    def sheets(self) -> list[Sheet]:
        """All sheets, the one to read first at the front."""
        with document_language(LANGUAGE):
            return self.make_sheets()
