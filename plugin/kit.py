"""The offline kit: a zip of wheels for machines without a network, unpacked into the user's profile.

Only wheels whose SHA-256 the plugin itself lists (resources/office/kit_wheels.csv) are ever unpacked.
"""

import csv
import hashlib
import io
import shutil
import sys
import sysconfig
import zipfile
from dataclasses import dataclass
from pathlib import Path

from .core.errors import InputError, OutputError
from .dependencies import kit_folder
from .paths import KIT_WHEELS

_LIMIT = 200_000_000  # bytes of one unpacked wheel


@dataclass(frozen=True)
class Wheel:
    """One wheel that a kit may hold."""

    package: str
    version: str
    python: str
    platform: str
    file: str
    sha256: str


def known_wheels() -> list:
    """Every Wheel that the plugin lists."""
    with open(KIT_WHEELS, encoding="utf-8", newline="") as stream:
        return [Wheel(**row) for row in csv.DictReader(stream)]


def wheels_for_this_python() -> list:
    """The listed wheels that fit the running Python."""
    tag = f"cp{sys.version_info[0]}{sys.version_info[1]}"
    platform = sysconfig.get_platform().replace("-", "_")
    return [wheel for wheel in known_wheels() if (wheel.python, wheel.platform) == (tag, platform)]


def install_kit(path) -> list:
    """Unpack the wheels of a kit that fit this QGIS into the profile; returns ["shapely 2.0.7", ...].

    Raises InputError for a file that is no kit, holds nothing for this Python, or was altered; OutputError when the
    profile cannot be written. What was installed before stays until the new one is whole.
    """
    wanted = wheels_for_this_python()
    try:
        with zipfile.ZipFile(path) as kit:
            names = {Path(name).name: name for name in kit.namelist()}
            held = [(wheel, kit.read(names[wheel.file])) for wheel in wanted if wheel.file in names]
    except (OSError, zipfile.BadZipFile) as error:
        raise InputError("kit_unreadable", file=Path(path).name) from error
    if not held:
        python = f"{sys.version_info[0]}.{sys.version_info[1]}"
        raise InputError("kit_without_fitting", file=Path(path).name, python=python, platform=sysconfig.get_platform())
    for wheel, content in held:
        if hashlib.sha256(content).hexdigest() != wheel.sha256:
            raise InputError("kit_altered", file=wheel.file)
    _unpack([content for _, content in held], kit_folder())
    return [f"{wheel.package} {wheel.version}" for wheel, _ in held]


def _unpack(wheels, folder):
    fresh = folder.with_name(folder.name + ".new")
    try:
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(parents=True)
        for content in wheels:
            with zipfile.ZipFile(io.BytesIO(content)) as wheel:
                _extract(wheel, fresh)
        shutil.rmtree(folder, ignore_errors=True)
        if folder.exists():  # a library in use cannot be removed on Windows: the new files go beside what is left
            shutil.copytree(fresh, folder, dirs_exist_ok=True)
            shutil.rmtree(fresh, ignore_errors=True)
        else:
            fresh.rename(folder)
    except OSError as error:
        raise OutputError("output_not_writable", path=folder, error=error.strerror or error) from error


def _extract(wheel, folder):
    if sum(info.file_size for info in wheel.infolist()) > _LIMIT:
        raise InputError("kit_unreadable", file="wheel")
    for name in wheel.namelist():
        if not (folder / name).resolve().is_relative_to(folder.resolve()):
            raise InputError("kit_unreadable", file=name)
    wheel.extractall(folder)
