"""Words of the quality reports, kept as data (zh_CN)."""

from ..blocks.wording import Wording

_WORDING = Wording("quality.json")
words, say, column = _WORDING.words, _WORDING.say, _WORDING.column
