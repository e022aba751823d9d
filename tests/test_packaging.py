"""What is installed: the program with all that it reads, and nothing else."""

import re
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from zipfile import ZipFile

import pytest
from harvests import FIXTURES, PATIENCE, PROJECT, checked_out

from harvester import __version__

BUILD = "import sys; from hatchling import build; getattr(build, sys.argv[1])(sys.argv[2])"


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and the source archive, as `make release` builds them."""
    project = checked_out(tmp_path_factory.mktemp("project"))
    folder = tmp_path_factory.mktemp("packed")
    for what in ("build_wheel", "build_sdist"):
        build(what, project, folder)
    return folder


def build(what: str, project: Path, folder: Path) -> None:
    command = [sys.executable, "-c", BUILD, what, str(folder)]
    subprocess.run(command, cwd=project, check=True, capture_output=True, timeout=PATIENCE)


@pytest.fixture(scope="module")
def wheel(packed: Path) -> Path:
    (found,) = packed.glob("*.whl")
    return found


def tracked(*where: str) -> set[str]:
    """The files of the project that git knows, or would."""
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard", *where]
    names = subprocess.run(listed, cwd=PROJECT, capture_output=True, text=True, check=True).stdout
    return {name for name in names.splitlines() if (PROJECT / name).is_file()}


def test_package_has_all_that_the_program_reads(wheel: Path) -> None:
    """Profiles, words of languages, templates and the example are files beside the code."""
    names = {name for name in ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert names == tracked("harvester")


def test_source_archive_has_all_that_is_needed_to_go_on(packed: Path) -> None:
    with tarfile.open(next(packed.glob("*.tar.gz"))) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert names == tracked() | {"PKG-INFO"}


def test_wheel_made_of_the_source_archive_is_the_same(
    packed: Path, wheel: Path, tmp_path: Path
) -> None:
    """The same bytes, so anybody can check where a release comes from."""
    with tarfile.open(next(packed.glob("*.tar.gz"))) as archive:
        archive.extractall(tmp_path, filter="data")
    (unpacked,) = tmp_path.iterdir()
    build("build_wheel", unpacked, tmp_path)
    assert (tmp_path / wheel.name).read_bytes() == wheel.read_bytes()


def test_installed_program_harvests_exports_and_shows(wheel: Path, tmp_path: Path) -> None:
    """In an environment that has only the program and what it needs, from an empty folder; there,
    Datasette by itself has the reading room."""
    environment, mine = tmp_path / "environment", tmp_path / "mine"
    run(tmp_path, sys.executable, "-m", "venv", "--without-pip", str(environment))
    (site,) = environment.glob("lib/python*/site-packages")
    (site / "needed.pth").write_text(sysconfig.get_path("purelib") + "\n")
    pip = [sys.executable, "-m", "pip", "--python", str(environment / "bin" / "python")]
    run(tmp_path, *pip, "install", "-q", "--no-index", "--no-deps", str(wheel))
    harvester = str(environment / "bin" / "harvester")
    assert run(tmp_path, harvester, "--version") == f"harvester {__version__}\n"
    run(tmp_path, harvester, "init", "mine")
    source = f"source={FIXTURES}"
    told = run(mine, harvester, "crawl", "collection", "-a", source, "-L", "WARNING")
    assert told.startswith("japan-boundaries-soviet-union: complete, 15 of 15 (15 new")
    citations = run(mine, harvester, "export", "--format", "bibtex")
    assert len(re.findall("^@", citations, re.M)) == 15
    python = str(environment / "bin" / "python")
    shown = run(mine, python, "-m", "datasette", "data/harvest.db", "--get", "/documents?q=kono")
    assert "<title>kono – 3 documents</title>" in shown


def run(folder: Path, *command: str) -> str:
    """What a program says on standard output; it has to say nothing else, and to end well."""
    outside = {"PATH": "/usr/bin:/bin", "HOME": str(folder)}
    done = subprocess.run(
        command, cwd=folder, env=outside, capture_output=True, text=True, timeout=PATIENCE
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def metadata(wheel: Path) -> Message:
    with ZipFile(wheel) as archive:
        (name,) = (one for one in archive.namelist() if one.endswith("/METADATA"))
        return message_from_bytes(archive.read(name))


def test_citation_names_the_version() -> None:
    said = (PROJECT / "CITATION.cff").read_text()
    assert re.findall(r"^version: (.+)$", said, re.M) == [__version__]
    assert re.findall(r"^license: (.+)$", said, re.M) == ["MIT"]


def test_package_says_what_it_is(wheel: Path) -> None:
    said = metadata(wheel)
    assert (said["Name"], said["Version"]) == ("archive-harvester", __version__)
    assert (said["License-Expression"], said["License-File"]) == ("MIT", "LICENSE")
    extras = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    assert said.get_all("Provides-Extra") == list(extras["optional-dependencies"])
