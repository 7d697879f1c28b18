"""Low-efficiency, approved and idle land in the weekly report: what there is, what is open, what is overdue."""

from collections.abc import Sequence
from typing import Any

from ...core.indicators.land_stock import LandStock, StockRow
from ...core.land.rounding import mu
from ..blocks.document import Sheet
from ..blocks.model import Block, Heading, Table
from ..blocks.wording import decimals
from .redevelopment_wording import column, number, say, texts

_KEYS = ("land", "division", "type", "parcels", "mu", "open_parcels", "open_mu", "overdue", "no_shape")
_LISTED = ("land", "division", "number", "parcel", "type", "state", "way", "decided", "closed", "until", "paper", "m2",
           "mu", "open_mu", "overdue", "tax_said", "tax_contract")  # fmt: skip
_LATE = ("land", "division", "number", "parcel", "type", "until", "open_mu")
_SHOWN = 25


def stock_blocks(stocks: Sequence[LandStock]) -> list[Block]:
    """The section; nothing where no layer was given."""
    if not stocks:
        return []
    rows = [_row(stock, row) for stock in stocks for row in stock.rows]
    shown = [[*row[:4], decimals(row[4]), row[5], decimals(row[6]), *row[7:]] for row in rows]
    texts_only = [[str(value) for value in row] for row in shown]
    blocks: list[Block] = [Heading(say("h_stock")), Table(column(*_KEYS), texts_only, (3, 4, 5, 6, 7, 8))]
    late = sorted(
        (one.parcel.due, stock.kind.value, at, stock, one)
        for stock in stocks for at, one in enumerate(stock.parcels) if one.is_overdue
    )  # fmt: skip
    listed = [
        [_kind(stock), stock.names.get(one.parcel.division[:6], ""), one.parcel.id, one.parcel.name, one.parcel.type,
         one.parcel.due, number(float(mu(one.open_m2)))]
        for *_, stock, one in late[:_SHOWN]
    ]  # fmt: skip
    if listed:
        caption = say("stock_late_caption", count=len(late), shown=len(listed))
        blocks.append(Table(column(*_LATE), listed, (6,), caption))
    return blocks


def _kind(stock: LandStock) -> str:
    return str(texts()["land_kinds"][stock.kind.value])


def _row(stock: LandStock, row: StockRow) -> list[Any]:
    name = stock.names.get(row.division, row.division) if row.division else say("total")
    return [_kind(stock), name, row.type or say("all_kinds"), row.count, row.mu, row.open_count, row.open_mu,
            row.overdue, row.without_shape]  # fmt: skip


def stock_sheets(stocks: Sequence[LandStock]) -> list[Sheet]:
    """Sheets of sums and of every parcel; none where no layer was given."""
    if not stocks:
        return []
    sums = [_row(stock, row) for stock in stocks for row in stock.rows]
    parcels = [_parcel(stock, at) for stock in stocks for at in range(len(stock.parcels))]
    formats = "text text text text text text text text text text text m2 mu mu text General General".split()
    return [
        Sheet(say("sheet_stock"), column(*_KEYS), "text text text int mu int mu int int".split(), sums),
        Sheet(say("sheet_stock_parcels"), column(*_LISTED), formats, parcels),
    ]


def _parcel(stock: LandStock, at: int) -> list[Any]:
    one = stock.parcels[at]
    p = one.parcel
    late = say("overdue") if one.is_overdue else ""
    return [_kind(stock), stock.names.get(p.division[:6], ""), p.id, p.name, p.type, p.state, p.way, p.decided,
            p.closed, p.due, p.paper, one.own_m2, float(mu(one.own_m2)), float(mu(one.open_m2)), late, p.tax_per_mu,
            p.contract_tax]  # fmt: skip
