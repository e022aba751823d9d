"""Recordings in bulk by Spark, with this package as a wheel, and in S3: `make test-spark`."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path

import boto3
import pytest
from bulk import damage, page, some
from captured import record
from harvests import PROJECT
from moto.server import ThreadedMotoServer

from harvester.exports import facts

BIN = Path(sys.executable).parent
LONGEST = 600
"""Seconds in which a job has begun, done its work and ended, on a busy machine."""
LOCALLY = {
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.ui.enabled": "false",
    "spark.log.level": "ERROR",
}
JOB = next(
    str(file.locate())
    for file in distribution("archive-harvester").files or ()
    if file.as_posix() == "harvester/jobs/spark.py"
)

Ended = tuple[int, str, str]


def ran(command: list[str], folder: Path) -> Ended:
    """How a command ended: its code, what it printed, and our sentences, wherever `spark-submit`
    prints them."""
    python = {"PYSPARK_PYTHON": sys.executable, "PYSPARK_DRIVER_PYTHON": sys.executable}
    environment = {name: said for name, said in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        command,
        cwd=folder,
        env={**environment, **python},
        capture_output=True,
        text=True,
        timeout=LONGEST,
        check=False,
    )
    said = re.findall(r"^harvester: .*$", done.stdout + done.stderr, re.M)
    printed = re.sub(r"^harvester: .*\n", "", done.stdout, flags=re.M)
    return done.returncode, printed, "\n".join(sorted(said))


def by_spark(folder: Path, *words: str) -> Ended:
    options = [f"--conf={name}={value}" for name, value in LOCALLY.items()]
    return ran([str(BIN / "spark-submit"), "--master=local[2]", *options, JOB, *words], folder)


def by_one(folder: Path, out: str, *words: str) -> Ended:
    return ran([str(BIN / "harvester"), "reparse", "--parquet", out, *words], folder)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    """An empty bucket."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    address = "http://{}:{}".format(*server.get_host_and_port())
    keys = {
        "AWS_ACCESS_KEY_ID": "a",
        "AWS_SECRET_ACCESS_KEY": "b",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, said in {**keys, "AWS_ENDPOINT_URL": address}.items():
            patch.setenv(name, said)
        boto3.client("s3").create_bucket(Bucket="archive")
        yield "s3://archive"
    server.stop()


def test_the_wheel_is_what_is_tested() -> None:
    assert not JOB.startswith(str(PROJECT / "harvester"))


def test_spark_makes_the_rows_of_one_machine_and_names_the_damaged_one(tmp_path: Path) -> None:
    damage(some(tmp_path / "warc", 10)[3])
    one, spark = by_one(tmp_path, "one", "warc"), by_spark(tmp_path, "spark", "warc")
    assert one[0] == spark[0] == 75
    assert one[1].replace("one has", "spark has") == spark[1]
    assert one[2] == spark[2] and spark[2].startswith("harvester: 0003.warc.gz is damaged")
    assert (
        names(tmp_path / "one") == names(tmp_path / "spark") and len(names(tmp_path / "one")) == 9
    )
    for name in names(tmp_path / "one"):
        assert [*facts.read(tmp_path / "one" / name)] == [*facts.read(tmp_path / "spark" / name)]
    again = by_spark(tmp_path, "spark", "warc")
    assert (again[0], again[2]) == (75, spark[2]) and "9 of them before" in again[1]


def test_spark_brings_profiles_to_its_workers(tmp_path: Path) -> None:
    (tmp_path / "warc").mkdir()
    home = "https://archive.example"
    body = page(0, 1).replace(b"https://digitalarchive.wilsoncenter.org", home.encode())
    address = f"{home}/search?search_api_fulltext=Japan"
    (tmp_path / "warc" / "x.warc.gz").write_bytes(record(address, body))
    (tmp_path / "sites").mkdir()
    profile = (PROJECT / "harvester" / "sites" / "wilson-center.toml").read_text(encoding="utf-8")
    profile = profile.replace("https://digitalarchive.wilsoncenter.org", home)
    (tmp_path / "sites" / "mine.toml").write_text(profile, encoding="utf-8")
    code, _, said = by_spark(tmp_path, "--profiles", "sites", "out", "warc")
    assert (code, said) == (0, "")
    found = list(facts.read(tmp_path / "out" / "x.warc.gz.parquet"))
    assert {row["site"] for row in found} == {"mine"} and len(found) == 10


def test_both_read_from_s3_and_write_there(s3: str, tmp_path: Path) -> None:
    client = boto3.client("s3")
    damage(some(tmp_path / "warc", 4)[1])
    for path in sorted((tmp_path / "warc").iterdir()):
        client.upload_file(str(path), "archive", f"warc/deep/{path.name}")
    local = by_one(tmp_path, "local", "warc")
    one = by_one(tmp_path, f"{s3}/one", f"{s3}/warc")
    spark = by_spark(tmp_path, f"{s3}/spark", f"{s3}/warc")
    assert one[0] == spark[0] == local[0] == 75
    assert one[2] == spark[2] and "deep/0001.warc.gz is damaged" in one[2]
    assert one[1].splitlines()[-1] == spark[1].splitlines()[-1]
    for folder in ("one", "spark"):
        listed = client.list_objects_v2(Bucket="archive", Prefix=f"{folder}/")["Contents"]
        assert [key["Key"] for key in listed] == [
            f"{folder}/deep/{n:04}.warc.gz.parquet" for n in (0, 2, 3)
        ]
    again = by_one(tmp_path, f"{s3}/spark", f"{s3}/warc", "--processes", "2")
    assert "3 of them before" in again[1] and again[0] == 75
    for words in (("out", f"{s3}/nothing"), ("out", "s3://nowhere/x")):
        code, _, said = by_one(tmp_path, *words)
        assert code == 64 and words[1] in said
    code, _, said = by_one(tmp_path, "s3://nowhere/out", "warc")
    assert code == 73 and "s3://nowhere/out" in said


WRONG = {
    "no words": ([], "the following arguments are required"),
    "no source": (["out", "nothing"], "no file or folder 'nothing'"),
    "no site": (["--site", "nonsense", "out", "."], "no site 'nonsense'"),
    "no profiles": (["--profiles", "nothing", "out", "."], "no folder nothing"),
    "no such place": (["hdfs://x/y", "."], "'hdfs://x/y' is neither a folder nor s3://"),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_words_get_a_sentence(
    case: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from harvester.jobs.spark import main

    words, said = WRONG[case]
    assert main(words) == 64
    assert said in capsys.readouterr().err
