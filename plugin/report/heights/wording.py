"""Words of the reports on heights, kept as data (zh_CN)."""

from ..blocks.wording import Wording

_WORDING = Wording("heights.json")
texts, say, column = _WORDING.texts, _WORDING.say, _WORDING.column
