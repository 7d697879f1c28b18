"""Names and addresses of firms as they are compared."""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

_NOISE = re.compile(r"[\s·.,，。、\-_—/()\[\]【】{}<>《》\"'“”‘’:：;；*#]+")
_REGION = re.compile(
    r"^(?:中国)?(?:[一-鿿]{2,8}?(?:省|自治区))?(?:[一-鿿]{2,8}?(?:市|自治州|地区|盟))?(?:[一-鿿]{1,8}?(?:自治县|县|区|市))?"
)
_TOWN = re.compile(r"^[一-鿿]{1,7}?(?:街道|镇|乡)")
_DOOR = re.compile(r"([一-鿿A-Za-z]{1,14}?(?:大道|路|街|巷|弄|道|村|园区|工业园|开发区))(\d{1,5}(?:-\d{1,4})?)号?")
_CHINESE = str.maketrans("〇零一二三四五六七八九", "00123456789")
_NUMBER = re.compile(r"[〇零一二三四五六七八九]{1,5}(?=号)")


@lru_cache(maxsize=200_000)
def firm_name(name: str, same: tuple[tuple[str, str], ...] = ()) -> str:
    """A name as names are compared: one width, no signs, legal forms that mean the same alike."""
    text = _NOISE.sub("", unicodedata.normalize("NFKC", name)).lower()
    for one, other in same:
        text = text.replace(one, other)
    return text


@lru_cache(maxsize=200_000)
def address_key(address: str) -> str:
    """Road and number of an address; "" where it has none: a street alone says nothing about a parcel."""
    text = re.sub(r"\s+", "", unicodedata.normalize("NFKC", address)).replace("#", "号").replace("—", "-")
    text = _NUMBER.sub(lambda found: found[0].translate(_CHINESE), text)
    text = _TOWN.sub("", _REGION.sub("", text, count=1), count=1)
    found = _DOOR.search(text)
    return f"{found[1]}{found[2]}" if found else ""


def usable_code(code: str) -> str:
    """A code as codes are compared."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", code)).upper()


def masked_name(name: str) -> str:
    """A firm's name that tells nobody who it is: its first two and last four characters."""
    return name[:1] + "*" * max(len(name) - 1, 0) if len(name) < 8 else f"{name[:2]}{'*' * (len(name) - 6)}{name[-4:]}"


def masked_code(code: str) -> str:
    """A code with its middle hidden."""
    return f"{code[:2]}{'*' * max(len(code) - 4, 0)}{code[-2:]}" if len(code) > 4 else "*" * len(code)


def pairs(values: Sequence[Sequence[str]]) -> tuple[tuple[str, str], ...]:
    """Pairs of words as the settings list them."""
    return tuple((a, b) for a, b in values)
