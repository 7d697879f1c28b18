"""Files of a package that lie there twice, byte for byte: a backup, an archive beside its folder."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Optional

from ...core.land.file_state import file_sha256
from ...core.quality.inspection_content import Copies, FileKind, PackageFile
from ...core.threads import Feedback, raise_if_cancelled

_NAMED_INSIDE = (FileKind.DATABASE, FileKind.EXCHANGE)  # their layers have names of their own, whatever the file's


def without_copies(files: list[PackageFile], feedback: Optional[Feedback]) -> tuple[list[PackageFile], list[Copies]]:
    """(the files, of those that are the same only the first; the copies by folder). A file counts with its companions.

    A file with another name is a copy only where the name says nothing of what it holds. What cannot be read is left.
    """
    alike: defaultdict[tuple[int, str], list[PackageFile]] = defaultdict(list)
    for file in files:
        if file.size and file.trouble is None:
            name = file.place.suffix if file.kind in _NAMED_INSIDE else file.name
            alike[file.size, name.lower()].append(file)
    original: dict[str, PackageFile] = {}
    for several in alike.values():
        if len(several) > 1:
            original |= _copies(several, feedback)
    return [file for file in files if file.path not in original], _by_folder(files, original)


def _copies(files: Iterable[PackageFile], feedback: Optional[Feedback]) -> dict[str, PackageFile]:
    """{path of a copy: what it is a copy of}; the one that lies least deep, then has the shortest path, is no copy."""
    first: dict[str, PackageFile] = {}
    found: dict[str, PackageFile] = {}
    for file in sorted(files, key=lambda one: (one.path.count("/"), len(one.path), one.path)):
        raise_if_cancelled(feedback)
        try:
            kept = first.setdefault(file_sha256(file.place), file)
        except OSError:
            continue
        if kept is not file:
            found[file.path] = kept
    return found


def _by_folder(files: list[PackageFile], original: dict[str, PackageFile]) -> list[Copies]:
    """The copies of one folder in another together, whatever folders lie in them."""
    places: defaultdict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for file in files:
        if file.path in original:
            pair = file.path, original[file.path].path
            places[_differing(*pair)].append(pair)
    return [
        Copies(*pairs[0], 1) if len(pairs) == 1 else Copies(*folders, len(pairs)) for folders, pairs in places.items()
    ]


def _differing(path: str, other: str) -> tuple[str, str]:
    """Two paths without the parts at the end that are the same."""
    one, two = path.split("/"), other.split("/")
    while one and two and one[-1] == two[-1]:
        one.pop()
        two.pop()
    return "/".join(one), "/".join(two)
