"""What was given to a check and is not used, so that nobody takes it for checked."""

from collections.abc import Iterator, Sequence
from typing import Any

from ...core.land.remarks import Remark
from ...core.review.matching import unused_names
from ..layers.containers import unread_in
from .preparing import layer_name, parse_mapping

_NAMED = 10  # files that are named at most


def unused_inputs(mapping: Any, layers: Sequence[Any], given: Sequence[Any]) -> Iterator[Remark]:
    """Remarks on names in MAPPING of no layer, and on files of a folder that none of its layers is.

    `layers`: as Review.with_controls takes them; `given`: what a person named, folders as such.
    """
    names = parse_mapping(mapping)
    unused = unused_names([layer_name(layer) for layer in layers], names) if names else []
    if unused:
        yield Remark("mapping_unused", params={"layers": ", ".join(unused)})
    for folder in (value for value in given if isinstance(value, str)):
        files = unread_in(folder)
        if files:
            shown = ", ".join(files[:_NAMED]) + (" …" if len(files) > _NAMED else "")
            yield Remark("folder_files_unread", params={"folder": folder, "files": shown, "count": len(files)})
