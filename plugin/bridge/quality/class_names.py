"""Names of land classes by the scheme that a field's name stands for."""

from ...formats.rules.conversion_files import classes_2023, load_conversion_table, shown_classes_2023

_OF_2023 = ("YDYHFLDM", "YDYHDLDM")


def class_names(field: str) -> dict[str, str]:
    """{code: official name}; none where the field stands for no scheme."""
    if field.upper() == "DLBM":
        return {row.code: row.name for row in load_conversion_table("sandiao_to_2023").rows.values()}
    return classes_2023() if field.upper() in _OF_2023 else {}


def shown_class_names(field: str) -> dict[str, str]:
    """The same for windows: in their language where the classification has names in it."""
    return shown_classes_2023() if field.upper() in _OF_2023 else class_names(field)
