"""Sentences of the screen of low-efficiency land."""

from typing import Optional

from ...bridge.i18n import tr
from ...bridge.monitoring.land_stock_rows import kind_sums
from ...bridge.monitoring.low_land_board import Board
from ...bridge.monitoring.redevelopment_charts import LIGHT_COLOURS
from ...bridge.monitoring.redevelopment_rows import light_names
from ...core.messages import translated
from ..widgets.contrast import letters_on


def headline(board: Board) -> str:
    """The year in one line: task, done, rate, what is due, the light, the forecast."""
    progress, total = board.run.progress, board.run.progress.total
    colour = LIGHT_COLOURS[total.light]
    light_name, style = light_names()[total.light.value], f"background:{colour};color:{letters_on(colour)}"
    light = f'<span style="{style}">&nbsp;{light_name}&nbsp;</span>'
    sentence = tr("<b>{0}</b> as of {1}: task {2} mu, done <b>{3}</b> mu ({4}), due {5} ({6} mu)").format(
        progress.year, translated(progress.as_of), _number(total.task_mu), _number(total.done_mu), _share(total.rate),
        _share(total.due_share), _number(total.due_mu),
    )  # fmt: skip
    forecast = tr("Expected by year's end: {0} mu ({1})").format(
        _number(total.forecast_mu), _share(total.forecast_rate)
    )
    counts = tr("{0} projects, {1} counted from stage {2}").format(
        total.projects, total.counted, progress.settings.counting_stage
    )
    return f"{sentence} {light}<br>{forecast}<br>{counts}"


def stock_lines(board: Board) -> str:
    """A line for each layer of the land database, "" without one."""
    said = tr("{0}: {1} parcels, {2} mu; still open {3} parcels, {4} mu; overdue {5}")
    return "".join(f"<br>{said.format(*kind_sums(stock))}" for stock in board.run.stocks)


def _number(value: Optional[float]) -> str:
    return "—" if value is None else f"{value:,.1f}"


def _share(value: Optional[float]) -> str:
    return "—" if value is None else f"{value * 100:.1f}%"
