"""Initials of the pinyin of Chinese words, as the fields of plan data are named by them: 标识码 BSM."""

from bisect import bisect_right

# GB 2312 orders its first 3,755 characters by pinyin: where each initial begins, and where the last one ends
_STARTS = (
    (0xB0A1, "A"), (0xB0C5, "B"), (0xB2C1, "C"), (0xB4EE, "D"), (0xB6EA, "E"), (0xB7A2, "F"), (0xB8C1, "G"),
    (0xB9FE, "H"), (0xBBF7, "J"), (0xBFA6, "K"), (0xC0AC, "L"), (0xC2E8, "M"), (0xC4C3, "N"), (0xC5B6, "O"),
    (0xC5BE, "P"), (0xC6DA, "Q"), (0xC8BB, "R"), (0xC8F6, "S"), (0xCBFA, "T"), (0xCDDA, "W"), (0xCEF4, "X"),
    (0xD1B9, "Y"), (0xD4D1, "Z"),
)  # fmt: skip
_END = 0xD7FA
_CODES = [code for code, _ in _STARTS]


def initials(text: str) -> str:
    """The initials of all characters, letters and digits as they are; "" where a character's pinyin is not known."""
    found = []
    for character in text:
        if character.isascii():
            found.append(character.upper() if character.isalnum() else "")
            continue
        initial = _initial(character)
        if not initial:
            return ""
        found.append(initial)
    return "".join(found)


def _initial(character: str) -> str:
    try:
        encoded = character.encode("gb2312")
    except UnicodeEncodeError:
        return ""
    code = int.from_bytes(encoded, "big") if len(encoded) == 2 else 0
    return _STARTS[bisect_right(_CODES, code) - 1][1] if _CODES[0] <= code < _END else ""
