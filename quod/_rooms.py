"""Importing a project's own packages: always from the source text as it is now, whatever else is called `spec` on this machine.

Python's cached bytecode is keyed by a file's size and whole second, so a constant edited twice within a second would be missed.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import importlib.util
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import CodeType, ModuleType


class _SourceLoader(importlib.machinery.SourceFileLoader):
    def get_code(self, fullname: str) -> CodeType:
        return self.source_to_code(self.get_data(self.path), self.path)


class _Finder(importlib.abc.MetaPathFinder):
    """Finds the packages `folders` names, and what lies in them."""

    folders: Mapping[str, Path] = {}

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        package, *parts = fullname.split(".")
        if package not in self.folders:
            return None
        place = self.folders[package].joinpath(*parts)
        file, inside = place.with_suffix(".py") if parts else place / "__init__.py", place / "__init__.py"
        if place.is_dir():
            if inside.is_file():
                loader = _SourceLoader(fullname, str(inside))
                return importlib.util.spec_from_file_location(fullname, inside, loader=loader, submodule_search_locations=[str(place)])
            empty = importlib.machinery.ModuleSpec(fullname, None, is_package=True)
            empty.submodule_search_locations = [str(place)]
            return empty
        if file.is_file():
            return importlib.util.spec_from_file_location(fullname, file, loader=_SourceLoader(fullname, str(file)))
        return None


_finder = _Finder()


def enter(root: Path, folders: Mapping[str, Path]) -> None:
    """From now on the packages `folders` names are imported from there, afresh, and other modules from `root` first.

    Packages of a project entered earlier are forgotten. Raises ImportError where a name belongs to a module from elsewhere.
    """
    for package, folder in folders.items():
        known = sys.modules.get(package)
        places = [] if known is None or package in _finder.folders else _places(known)
        if package in sys.stdlib_module_names or not all(place.is_relative_to(folder.resolve()) for place in places):
            raise ImportError(f"the name {package} is taken by {places[0] if places else 'a module of Python itself'}")
    for name in [name for name in sys.modules if name.partition(".")[0] in {*folders, *_finder.folders}]:
        del sys.modules[name]
    _finder.folders = dict(folders)
    if _finder not in sys.meta_path:
        sys.meta_path.insert(0, _finder)
    if str(root) in sys.path:
        sys.path.remove(str(root))
    sys.path.insert(0, str(root))
    importlib.invalidate_caches()


def _places(module: ModuleType) -> list[Path]:
    """Where a module comes from; nowhere for one that was only made up in memory."""
    file = getattr(module, "__file__", None)
    return [Path(place).resolve() for place in [*([file] if file else []), *getattr(module, "__path__", ())]]
