"""Builds the wheel (PEP 517 and 660) with nothing but Python's own library: the same bytes each time.

FINNC_WHEEL_LIBRARY names the shared library that goes in, and makes the wheel one for this platform. Without it the
wheel is for any, and finnc looks for the library where the system has it.
"""

from __future__ import annotations

import base64
import hashlib
import os
import pathlib
import re
import sysconfig
import zipfile

HERE = pathlib.Path(__file__).resolve().parent
NAME = "finnc"
TIME = (1980, 1, 1, 0, 0, 0)


def _version() -> str:
    return re.search(r'__version__ = "([^"]+)"', (HERE / "src/finnc/_version.py").read_text()).group(1)


def _metadata() -> str:
    project = (HERE / "pyproject.toml").read_text()

    def said(key: str) -> str:
        return re.search(rf'^{key} = "([^"]*)"', project, re.M).group(1)

    needs = re.search(r'^dependencies = \["(.*)"\]', project, re.M).group(1)
    lines = [
        "Metadata-Version: 2.1",
        f"Name: {NAME}",
        f"Version: {_version()}",
        f"Summary: {said('description')}",
        f"Requires-Python: {said('requires-python')}",
        f"Requires-Dist: {needs}",
    ]
    extras = project[project.index("[project.optional-dependencies]") :].split("\n\n")[0]
    for extra, package in re.findall(r'^(\w+) = \["([^"]+)"\]', extras, re.M):
        lines += [f"Provides-Extra: {extra}", f'Requires-Dist: {package}; extra == "{extra}"']
    readme = (HERE / "README.md").read_text()
    return "\n".join([*lines, "Description-Content-Type: text/markdown", "", readme])


class _Wheel:
    """An archive that keeps its own record."""

    def __init__(self, folder: str, tag: str) -> None:
        self.name = f"{NAME}-{_version()}-{tag}.whl"
        self.info = f"{NAME}-{_version()}.dist-info"
        self.tag, self.record = tag, []
        self.archive = zipfile.ZipFile(os.path.join(folder, self.name), "w", zipfile.ZIP_DEFLATED)

    def add(self, name: str, data: bytes | str, mode: int = 0o644) -> None:
        data = data.encode() if isinstance(data, str) else data
        entry = zipfile.ZipInfo(name, TIME)
        entry.external_attr, entry.compress_type = (0o100000 | mode) << 16, zipfile.ZIP_DEFLATED
        self.archive.writestr(entry, data)
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")
        self.record.append(f"{name},sha256={digest},{len(data)}")

    def finish(self) -> str:
        self.add(f"{self.info}/METADATA", _metadata())
        is_pure = "true" if self.tag.endswith("-any") else "false"
        self.add(
            f"{self.info}/WHEEL", f"Wheel-Version: 1.0\nGenerator: finnc\nRoot-Is-Purelib: {is_pure}\nTag: {self.tag}\n"
        )
        self.add(f"{self.info}/licenses/LICENSE", (HERE.parent / "LICENSE").read_text())
        self.record.append(f"{self.info}/RECORD,,")
        self.archive.writestr(zipfile.ZipInfo(f"{self.info}/RECORD", TIME), "\n".join(self.record) + "\n")
        self.archive.close()
        return self.name


def build_wheel(wheel_directory: str, config_settings: object = None, metadata_directory: object = None) -> str:
    library = os.environ.get("FINNC_WHEEL_LIBRARY")
    platform = re.sub(r"[-.]", "_", sysconfig.get_platform()) if library else "any"
    wheel = _Wheel(wheel_directory, f"py3-none-{platform}")
    for path in sorted((HERE / "src").rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            wheel.add(path.relative_to(HERE / "src").as_posix(), path.read_bytes())
    if library:
        wheel.add("finnc/_lib/libfinnc.so.0", pathlib.Path(library).read_bytes(), 0o755)
    return wheel.finish()


def build_editable(wheel_directory: str, config_settings: object = None, metadata_directory: object = None) -> str:
    wheel = _Wheel(wheel_directory, "py3-none-any")
    wheel.add(f"__editable__.{NAME}.pth", f"{HERE / 'src'}\n")
    return wheel.finish()


def get_requires_for_build_wheel(config_settings: object = None) -> list[str]:
    return []


get_requires_for_build_editable = get_requires_for_build_wheel
