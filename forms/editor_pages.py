"""The fields of an editor laid out: one column, or pages by groups where a form has more than twelve fields."""

from collections.abc import Iterable

from qgis.PyQt.QtWidgets import (
    QFormLayout,
    QFrame,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from ..plugin.core import messages
from ..plugin.core.forms.schema import Form
from ..plugin.gui.widgets.contrast import Tone, text_style
from .field_widgets import make_widget

_MOST = 12  # fields on one page


def pages_of(form: Form) -> list:
    """[(title, [Field])]: the groups of the schema (`x-groups`), else twelve fields a page."""
    groups = form.schema.get("x-groups")
    if len(form.fields) <= _MOST:
        return [("", list(form.fields))]
    if groups:
        found = [(g[messages.language()], [form.field(key) for key in g["fields"] if key in form.keys]) for g in groups]
        named = {field.key for _, fields in found for field in fields}
        rest = [field for field in form.fields if field.key not in named]
        return [*found, *([("…", rest)] if rest else [])]
    pieces = [form.fields[start : start + _MOST] for start in range(0, len(form.fields), _MOST)]
    return [(f"{fields[0].title}…", list(fields)) for fields in pieces]


class EditorPages:
    """Makes the widgets of a form; `widgets` and `errors` by key. `scroll`: the area that pages take the place of."""

    def __init__(self, form, workspace, layout, scroll):
        self.widgets, self.errors, self._page_of, self.tabs = {}, {}, {}, None
        self._areas, self._titles = [], []
        pages = pages_of(form)
        if len(pages) > 1:
            self.tabs = QTabWidget()
            layout.insertWidget(layout.indexOf(scroll), self.tabs, 1)
            scroll.hide()
        for number, (title, fields) in enumerate(pages):
            area = self._area(scroll, title)
            self._areas.append(area)
            for field in fields:
                self._add(area.widget().layout(), field, workspace, number)
        self._order_tabs(form)

    def _area(self, scroll, title):
        if self.tabs is None:
            return scroll
        area, page = QScrollArea(), QWidget()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        QFormLayout(page)
        area.setWidget(page)
        self._titles.append(title)
        self.tabs.addTab(area, title)
        return area

    def _add(self, layout, field, workspace, page):
        widget, error, holder = make_widget(field, workspace), QLabel(), QWidget()
        error.setStyleSheet(text_style(Tone.BAD))
        error.setWordWrap(True)
        error.hide()
        holder.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(1)
        column.addWidget(widget)
        column.addWidget(error)
        label = QLabel(f"{field.title_with_unit}{' *' if field.required else ''}")
        label.setBuddy(widget)
        widget.setObjectName(field.key)
        widget.setToolTip(field.help.get(messages.language(), ""))
        layout.addRow(label, holder)
        self.widgets[field.key], self.errors[field.key], self._page_of[field.key] = widget, error, page

    def _order_tabs(self, form):
        """Tab goes through the fields in the order of the form."""
        ordered = [self.widgets[field.key] for field in form.fields]
        for before, after in zip(ordered, ordered[1:]):
            QWidget.setTabOrder(before, after)

    def show_field(self, key: str) -> None:
        """Bring a field into sight and the cursor into it."""
        page = self._page_of[key]
        if self.tabs is not None:
            self.tabs.setCurrentIndex(page)
        self._areas[page].ensureWidgetVisible(self.errors[key])
        self.widgets[key].setFocus()

    def count_problems(self, shown: Iterable[str]) -> None:
        """Say on each page's title how many fields of it have problems; `shown`: keys."""
        for number, title in enumerate(self._titles):
            count = sum(self._page_of[key] == number for key in shown if key in self._page_of)
            self.tabs.setTabText(number, f"{title} ({count})" if count else title)
