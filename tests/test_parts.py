"""Settings that take a harvest apart: one sentence, and nothing is harvested."""

import json
from pathlib import Path

import pytest
from harvests import PROJECT, scrapy

from harvester.settings import DOWNLOADER_MIDDLEWARES, EXTENSIONS, ITEM_PIPELINES

JAPAN = ("-aname=japan-boundaries-soviet-union", f"-asource={PROJECT / 'fixtures' / 'listing'}")
OURS = {"DOWNLOADER_MIDDLEWARES": DOWNLOADER_MIDDLEWARES, "ITEM_PIPELINES": ITEM_PIPELINES}
MODULES = {
    "own": "from harvester.pipelines import StorePipeline\nclass Mine(StorePipeline): pass\n",
    "broken": 'raise RuntimeError("it is broken")\n',
}


def harvest(folder: Path, **settings: object) -> tuple[int, list[str], bool]:
    """The exit code, what is said, and whether there is a database."""
    for name, source in MODULES.items():
        (folder / f"{name}.py").write_text(source)
    db = folder / "harvest.db"
    told = [f"-s{name}={json.dumps(value)}" for name, value in settings.items()]
    words = ("crawl", "collection", *JAPAN, f"-sHARVEST_DB={db}", *told)
    done = scrapy(*words, PYTHONPATH=str(folder))
    assert "Traceback" not in done.stderr
    return done.returncode, done.stderr.splitlines(), db.exists()


@pytest.mark.parametrize(
    ("setting", "part"), [(setting, part) for setting, parts in OURS.items() for part in parts]
)
def test_no_part_can_be_left_out(setting: str, part: str, tmp_path: Path) -> None:
    for without in ({**OURS[setting], part: None}, {}):
        code, said, stored = harvest(tmp_path, **{setting: without})
        assert (code, len(said), stored) == (64, 1, False)
        assert setting in said[0] and (without == {} or part in said[0])


WRONG = {
    "nothing that watches": ({"EXTENSIONS": {}}, "harvester.extensions.report.Report"),
    "other order": (
        {"ITEM_PIPELINES": dict(zip(ITEM_PIPELINES, (10, 30, 20, 40), strict=True))},
        "another order",
    ),
    "no such module": ({"SPIDER_MIDDLEWARES": {"no.such": 1}}, "SPIDER_MIDDLEWARES"),
    "broken module": ({"ITEM_PIPELINES": {**ITEM_PIPELINES, "broken.Mine": 1}}, "it is broken"),
    "number no number": ({"EXTENSIONS": {**EXTENSIONS, "x.Y": "first"}}, "EXTENSIONS"),
    "list": ({"ITEM_PIPELINES": [1]}, "-s"),
}


@pytest.mark.parametrize("case", WRONG)
def test_parts_that_can_not_be_used_get_a_sentence(case: str, tmp_path: Path) -> None:
    settings, says = WRONG[case]
    code, said, stored = harvest(tmp_path, **settings)
    assert (code, len(said), stored, says in said[0]) == (64, 1, False, True)


def test_part_of_ones_own_can_stand_for_one_of_ours(tmp_path: Path) -> None:
    *others, _ = ITEM_PIPELINES
    mine = {**{part: ITEM_PIPELINES[part] for part in others}, "own.Mine": 400}
    assert harvest(tmp_path, ITEM_PIPELINES=mine)[::2] == (0, True)
