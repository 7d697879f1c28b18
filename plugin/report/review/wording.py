"""The words of the review report, kept as data (zh_CN)."""

from ..blocks.wording import Wording

_WORDING = Wording("wording.json")
words, say, column = _WORDING.words, _WORDING.say, _WORDING.column


def effect(value: str) -> str:
    return words()["effect"][value]


def verified(confidence: str) -> str:
    """已核对 for a law text that was seen, 待核 for one from memory."""
    return words()["seen"] if confidence.startswith("seen") else words()["unverified"]
