"""One field of a form."""

from dataclasses import dataclass, field
from typing import Optional

from .. import messages


@dataclass(frozen=True)
class Field:
    """One field. `kind` is how it is entered: text, integer, number, date, choice, reference, files, computed;
    `value_type` is what it holds: text, integer, number, date, files. `codes`: ((value, zh, en), ...); `computed`:
    {"name", "params"}; `sensitive`: may stay out of courier bags, see sync.masking.
    """

    key: str
    title_zh: str
    title_en: str
    kind: str
    value_type: str
    widget: str
    required: bool = False
    unit: str = ""
    codes: tuple = ()
    identifier: str = ""
    width: int = 16
    minimum: Optional[float] = None
    maximum: Optional[float] = None
    max_length: Optional[int] = None
    pattern: str = ""
    computed: dict = field(default_factory=dict)
    reference: dict = field(default_factory=dict)
    help: dict = field(default_factory=dict)
    confidence: str = ""
    sensitive: bool = False

    @property
    def title(self) -> str:
        """Title in the language chosen by messages.set_language."""
        return self.title_zh if messages.language() == "zh" else self.title_en

    @property
    def title_with_unit(self) -> str:
        """Title with the unit in brackets behind it."""
        return _with_unit(self.title, self.unit, messages.language() == "zh")

    @property
    def title_with_unit_zh(self) -> str:
        """The Chinese title with the unit behind it, for what is written in Chinese whatever the window speaks."""
        return _with_unit(self.title_zh, self.unit, True)

    def label(self, value: object) -> object:
        """Words of a code in the chosen language; the value itself where it has none."""
        position = 1 if messages.language() == "zh" else 2
        return next((code[position] for code in self.codes if code[0] == value), value)


_COUNTERS = frozenset("个人户处宗")  # what Chinese counts things by: no unit in another language


def _with_unit(title: str, unit: str, is_zh: bool) -> str:
    """A title that names its unit at its end without brackets gets them; one that has it elsewhere stays."""
    if not is_zh and unit in _COUNTERS:
        return title
    head = title[: -len(unit)].rstrip(" ,，") if unit and title.endswith((f" {unit}", f",{unit}")) else title
    if not unit or head == title and unit in title:
        return title
    shown = unit.replace("m2", "m²").replace("m3", "m³")
    return f"{head}（{shown}）" if is_zh else f"{head} ({shown})"
