"""Words of the quality reports, kept as data (zh_CN)."""

from ..blocks.wording import Wording

_WORDING = Wording("quality.json")
texts, say, column = _WORDING.texts, _WORDING.say, _WORDING.column
