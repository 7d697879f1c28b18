"""The words of the review report, kept as data (zh_CN)."""

from ..blocks.wording import Wording

_WORDING = Wording("wording.json")
texts, say, column = _WORDING.texts, _WORDING.say, _WORDING.column


def effect(value: str) -> str:
    return texts()["effect"][value]


def verified(confidence: str) -> str:
    """已核对 for a law text that was seen, 待核 for one from memory."""
    return texts()["seen"] if confidence.startswith("seen") else texts()["unverified"]
