"""The blocks a report is made of. All text in them is clean: no character that XML or a font cannot hold."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Union

from .wording import clean, display_width

_PADDING, _LONGEST_TOKEN, _WIDEST = 1.5, 20, 44  # in half-width characters
_SHORT = 8  # four Chinese characters, the length of most words, are not broken
_LATIN = 1.2  # digits and capitals are wider than half a Chinese character in most fonts


@dataclass
class Heading:
    """`level` 0 is the title of the document, 1 a section, 2 a part of a section; `new_page`: it begins a page."""

    text: str
    level: int = 1
    new_page: bool = False

    def __post_init__(self):
        self.text = clean(self.text)


@dataclass
class Paragraph:
    text: str
    bold: bool = False

    def __post_init__(self):
        self.text = clean(self.text)


@dataclass
class Table:
    """`numeric` holds the positions of right-aligned columns; `compact`: set small, where a page must hold much."""

    header: list[str]
    rows: Sequence[Sequence[str]]
    numeric: tuple[int, ...] = ()
    caption: str = ""
    compact: bool = False

    def __post_init__(self):
        self.rows = [[clean(cell) for cell in row] for row in self.rows]
        self.caption = clean(self.caption)

    def shares(self, room: float) -> list[float]:
        """Widths of the columns as shares of 1 in a line that holds `room` half-width characters.

        Numbers, codes and dates stay on one line as long as there is room; what is left goes to the columns with long
        text, the more the longer it usually is.
        """
        columns = list(zip(self.header, zip(*self.rows) if self.rows else [()] * len(self.header)))
        needs, wishes = [], []
        for number, (title, cells) in enumerate(columns):
            longest = max(map(_line_width, cells), default=0)
            token = max(map(_token_width, cells), default=0)
            need = longest if number in self.numeric else max(min(token, _LONGEST_TOKEN), min(longest, _SHORT) / _LATIN)
            needs.append(max(need * _LATIN, display_width(title) / 2 + 2, 4) + _PADDING)
            wishes.append(max(min(longest, max(_WIDEST, _usual_width(cells))) + _PADDING, needs[-1]))
        missing = sum(wishes) - sum(needs)
        given = (
            min(max(room - sum(needs), 0) / missing, 1) if missing else 0
        )  # the share of its wish that each column gets
        widths = [need + given * (wish - need) for need, wish in zip(needs, wishes)]
        return [width / sum(widths) for width in widths]


@dataclass
class Facts:
    """A form: each row holds a label and a value, or two of them side by side."""

    rows: Sequence[Sequence[str]]

    def __post_init__(self):
        self.rows = [[clean(cell) for cell in row] for row in self.rows]


@dataclass
class Picture:
    """`png` is the picture; it is shown `width_mm` wide where the page allows."""

    png: bytes
    caption: str
    width_mm: float

    def __post_init__(self):
        self.caption = clean(self.caption)


@dataclass
class Signature:
    lines: list[str] = field(default_factory=list)


@dataclass
class Columns:
    """Two lists of blocks side by side, on one page; `share`: of the width that the left one takes."""

    left: Sequence["Block"]
    right: Sequence["Block"]
    share: float = 0.5


Block = Union[Heading, Paragraph, Table, Facts, Picture, Signature, Columns]
COLUMN_GAP_MM = 4.0  # between the two sides of Columns
FACT_SHARES = (0.13, 0.37, 0.13, 0.37)  # widths of the columns of Facts


def _line_width(text):
    return max(map(display_width, text.split("\n")))


def _usual_width(cells):
    """How wide a cell is on the average, all its lines in one."""
    return sum(map(display_width, cells)) / max(len(cells), 1)


def _token_width(text):
    """Width of the longest run that must not be broken (Latin letters, digits and what joins them)."""
    return max((len(token) for token in re.findall(r"[!-~]+", text)), default=0)
