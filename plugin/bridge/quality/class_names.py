"""Which scheme the land classes of a layer belong to, and the names of its classes."""

from collections.abc import Collection, Mapping
from enum import Enum

from ...core.messages import Message, message
from ...core.quality.comparison_values import padded_name
from ...core.quality.conversion import How
from ...formats.rules.conversion_files import (
    classes_2023,
    classes_of_survey,
    load_conversion_table,
    shown_classes_2023,
    shown_classes_of_survey,
)

_OF_2023 = ("YDYHFLDM", "YDYHDLDM")
_OF_SURVEY = "sandiao_to_2023"


class Scheme(str, Enum):
    """A classification of land; UNKNOWN for one that neither its field nor its codes tell."""

    SURVEY = "survey"
    OF_2023 = "2023"
    UNKNOWN = "unknown"

    def title(self) -> Message:
        """The scheme for people."""
        return message(f"class_scheme_{self.value}")


def scheme_of(field: str, codes: Collection[str] = ()) -> Scheme:
    """The scheme that alone has all of the codes; where both or none have them, the one that the field stands for."""
    fitting = [scheme for scheme in (Scheme.SURVEY, Scheme.OF_2023) if codes and all(_has(scheme, c) for c in codes)]
    if len(fitting) == 1:
        return fitting[0]
    if field.upper() == "DLBM":
        return Scheme.SURVEY
    return Scheme.OF_2023 if field.upper() in _OF_2023 else Scheme.UNKNOWN


def _has(scheme: Scheme, code: str) -> bool:
    if scheme == Scheme.OF_2023:
        return bool(padded_name(classes_2023(), code))
    found = load_conversion_table(_OF_SURVEY).find(code)
    return found.row is not None and found.how != How.PARENT


def class_names(scheme: Scheme) -> dict[str, str]:
    """{code: official name}; none for an unknown scheme."""
    if scheme == Scheme.SURVEY:
        return classes_of_survey()
    return classes_2023() if scheme == Scheme.OF_2023 else {}


def shown_class_names(scheme: Scheme) -> dict[str, str]:
    """The same for windows, in their language."""
    shown = {Scheme.SURVEY: shown_classes_of_survey, Scheme.OF_2023: shown_classes_2023}
    return shown[scheme]() if scheme in shown else {}


def other_meanings(codes: Collection[str], one: Scheme, other: Scheme) -> Mapping[str, tuple[str, str]]:
    """{code: its name in either scheme, "" for none} of the codes that do not mean the same in both."""
    if Scheme.UNKNOWN in (one, other) or one == other:
        return {}
    tables = class_names(one), class_names(other)
    named = {code: (padded_name(tables[0], code), padded_name(tables[1], code)) for code in sorted(codes)}
    return {code: names for code, names in named.items() if names[0] != names[1]}
