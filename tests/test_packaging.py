"""What is installed: the program with all that it reads."""

import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest
from harvests import PROJECT, checked_out

BUILD = "from setuptools import build_meta; import sys; print(build_meta.build_wheel(sys.argv[1]))"


def test_package_has_all_that_the_program_reads(tmp_path: Path) -> None:
    """Profiles and words of languages are files beside the code."""
    pytest.importorskip("setuptools")
    project = tmp_path / "project"
    project.mkdir()
    checked_out(project)
    command = [sys.executable, "-c", BUILD, str(tmp_path)]
    subprocess.run(command, cwd=project, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    packed = {name for name in ZipFile(wheel).namelist() if name.startswith("harvester/")}
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "harvester"]
    names = subprocess.run(listed, cwd=PROJECT, capture_output=True, text=True, check=True).stdout
    assert packed == {name for name in names.splitlines() if (PROJECT / name).is_file()}
