"""Where scenario files are found: below a folder, and among those that come with the emulator.

Every YAML file below a folder is a scenario, but for hidden ones and for those of folders called `providers`, which
are profiles. A scenario's name by place is its path below the folder, without the suffix.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from emulator.document.place import nearest
from emulator.errors import InvalidInput
from emulator.provider.registry import FOLDER, SUFFIXES


def resolve(name: str) -> Path:
    """The file of that path, or else the shipped scenario of that name. Raises InvalidInput where there is neither."""
    if not name:
        raise InvalidInput.of("expected a file, a folder or the name of a scenario, found empty text")
    path = Path(name)
    if path.exists():
        return path
    known = shipped()
    if name not in known:
        message = (
            f"there is no such file, and no scenario of this name comes with the emulator{_near(name, known)}"
        )
        raise InvalidInput.of(message, path=name)
    return known[name]


@cache
def shipped() -> dict[str, Path]:
    """The scenarios that come with the emulator, by name. In a checkout they lie in `scenarios/` beside the package."""
    package = Path(__file__).parent
    installed = package / "shipped"
    folder = installed if installed.is_dir() else package.parent / "scenarios"
    return scenarios_below(folder)


def scenarios_below(folder: Path) -> dict[str, Path]:
    """The scenario files below a folder, by their names by place, in the order of the names."""
    files = (path for path in yaml_below(folder) if not is_profile(path))
    named = {path.relative_to(folder).with_suffix("").as_posix(): path for path in files}
    return dict(sorted(named.items()))


def yaml_below(folder: Path) -> Iterator[Path]:
    """Every YAML file below a folder, profiles too, in a steady order. Links to folders are not followed.

    Pipes and devices are left out, since reading one may never end; they are read where they are named themselves.
    Raises OSError for a folder that cannot be read.
    """
    for above, folders, files in os.walk(folder, onerror=_unreadable):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            path = Path(above, name)
            if not name.startswith(".") and name.lower().endswith(SUFFIXES) and not _is_special(path):
                yield path


def is_profile(path: Path) -> bool:
    """Whether a file is a provider's profile, by the folder it lies in."""
    return path.absolute().parent.name == FOLDER


def _is_special(path: Path) -> bool:
    try:
        return not stat.S_ISREG(path.stat().st_mode)
    except OSError:
        return False  # whoever reads it will say why that cannot be done


def _unreadable(error: OSError) -> None:
    raise error


def _near(name: str, known: dict[str, Path]) -> str:
    told = nearest(name, known)
    return told if "did you mean" in told else "; `webhook-emulator scenarios` lists them"
