"""Words of the reports on heights, kept as data (zh_CN)."""

from ..blocks.wording import Wording

_WORDING = Wording("heights.json")
words, say, column = _WORDING.words, _WORDING.say, _WORDING.column
