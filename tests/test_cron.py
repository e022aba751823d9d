"""Under cron and systemd: what the documentation tells to paste works as pasted."""

import configparser
import re
import shutil
import subprocess
from pathlib import Path

from harvests import PATIENCE, PROJECT, checked_out, rows

PAGE = (PROJECT / "docs" / "scheduling.md").read_text(encoding="utf-8")
UNITS = PROJECT / "docs" / "systemd"
POOR = {"PATH": "/usr/bin:/bin", "SHELL": "/bin/sh", "LANG": "C"}
"""About what cron gives."""


def command(checkout: Path) -> str:
    """The page's command of cron's, at home in a checkout and with saved pages."""
    (line,) = re.findall(r"^```cron\n(.*)\n```$", PAGE, re.MULTILINE)
    fields = line.split(maxsplit=5)
    assert all(re.fullmatch(r"[\d*]+", field) for field in fields[:5])
    told = fields[5].replace("/srv/harvester", str(checkout))
    told = told.replace("bin/harvester ", "bin/python -m harvester ")  # not installed in a copy
    return f"{told} -a source=fixtures/listing"


def under_cron(checkout: Path) -> "subprocess.CompletedProcess[str]":
    environment = {**POOR, "HOME": str(checkout)}
    return subprocess.run(
        ["/bin/sh", "-c", command(checkout)],
        cwd="/",
        env=environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def test_crontab_line_mails_what_is_new_and_then_nothing(tmp_path: Path) -> None:
    checkout = checked_out(tmp_path)
    first = under_cron(checkout)
    assert (first.returncode, first.stderr) == (0, "")
    assert first.stdout.splitlines()[1] == "  Found by the first harvest (15)"
    assert len(rows(checkout / "data" / "harvest.db", "SELECT * FROM documents")) == 15
    again = under_cron(checkout)
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")


def test_failure_is_mailed_in_a_sentence(tmp_path: Path) -> None:
    checkout = checked_out(tmp_path)
    shutil.rmtree(checkout / "fixtures" / "listing" / "japan-boundaries-soviet-union-page-1")
    done = under_cron(checkout)
    assert (done.returncode, len(done.stderr.splitlines())) == (75, 1)
    assert "page=1 is not in fixtures" in done.stderr


def test_units_do_what_the_crontab_line_does() -> None:
    service, timer = configparser.ConfigParser(), configparser.ConfigParser()
    service.optionxform = timer.optionxform = str  # type: ignore[assignment,method-assign]
    service.read(UNITS / "harvester.service")
    timer.read(UNITS / "harvester.timer")
    (line,) = re.findall(r"^```cron\n(.*)\n```$", PAGE, re.MULTILINE)
    folder = service["Service"]["WorkingDirectory"]
    started = service["Service"]["ExecStart"].removeprefix(f"{folder}/")
    assert f"cd {folder} && {service['Service']['Environment']} {started}" in line
    assert timer["Timer"]["OnCalendar"] == "Sun 03:23"
    if verify := shutil.which("systemd-analyze"):
        units = [str(UNITS / "harvester.service"), str(UNITS / "harvester.timer")]
        done = subprocess.run([verify, "verify", *units], capture_output=True, text=True)
        told = [line for line in done.stderr.splitlines() if "not executable" not in line]
        assert told == []
