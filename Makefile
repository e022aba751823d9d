# The commands of a checkout. Each sets up what it needs in .venv, from pinned and hashed packages.

PYTHON ?= $(firstword $(foreach name,python3.13 python3.12 python3.11 python3 python3.14,\
	$(shell $(name) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $(name))))
PORT ?= 8001
BIN := .venv/bin
INSTALL := -m pip install -qq --disable-pip-version-check --require-hashes
PIP := $(BIN)/python $(INSTALL)

.PHONY: harvest read metadata docs release captures interfaces readers pictures bench benchmark \
	corpus profiles misreadings growth bulk strangers fleet test quick test-jobs test-spark lowest programs kills fuzz \
	signals properties mutants check format lock
.DELETE_ON_ERROR:

harvest: .venv/harvest
	@$(BIN)/scrapy crawl collection -a source=fixtures/listing -L WARNING \
		-s HARVEST_FEEDS=data/feeds

# Shows the harvest in the browser, at the address that it prints, until Ctrl-C.
read: .venv/read
	@$(BIN)/python -m harvester serve --port $(PORT)

# What Datasette and docs/tables.md say of each column is written in harvester/descriptions.toml;
# docs/commands.md is written from the commands' own help.
metadata: .venv/read
	@$(BIN)/python -m harvester.datasette.metadata
	@PYTHONPATH=. $(BIN)/python tests/make_commands.py

# Reads the captures that the source packages of warcio, pywb and others ship, as warcio does.
captures: .venv/test
	@rm -rf build/captures && mkdir -p build/captures
	@$(BIN)/python -m pip download -qq --disable-pip-version-check --no-deps --no-binary :all: \
		--dest build/captures warcio pywb Warcat wacz
	@for file in build/captures/*.tar.gz; do tar -xzf $$file -C build/captures; done
	@HARVEST_REAL_CAPTURES=build/captures $(BIN)/python -m pytest -q tests/test_captures.py -k real

# Harvests 2,500 records from OAI-PMH servers that others wrote: pyoai, its successor, and oai_repo.
interfaces: .venv/test
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --upgrade \
		--target build/interfaces/pyoai pyoai "setuptools<81"
	@HARVEST_OAI_SERVERS=$(CURDIR)/build/interfaces HARVEST_RECORDS=2500 \
		$(BIN)/python -m pytest -q tests/test_oai_servers.py

# The exports as further programs read them back: Biber, pandoc and bibutils.
readers: .venv/test
	@$(call needed,biber)
	@$(call needed,pandoc)
	@command -v ris2xml >/dev/null || $(call set-up,bibutils)
	@$(BIN)/python -m pytest tests/test_exports_read_back.py \
		tests/test_citations.py tests/test_catalogues.py

# The pictures of the documentation; they need Chromium (Debian: apt install chromium).
pictures: .venv/test
	@PYTHONPATH=. $(BIN)/python tests/make_pictures.py

# What a harvest costs beside a bare crawl and beside what others do: make bench OPTIONS=--tenfold
# for ten times as many documents, too.
bench: .venv/benchmarks/ready
	@.venv/benchmarks/bin/python -m benchmarks.table $(OPTIONS)

# The documentation as a site; a warning is an error.
docs: .venv/documentation/ready
	@.venv/documentation/bin/python -m sphinx -q -W --keep-going -b html docs docs/_build
	@echo "The documentation is docs/_build/index.html"

# The wheel and the source archive in dist/, built reproducibly and tried out; nothing is published.
release: .venv/release/ready
	@PYTHONPATH=. .venv/release/bin/python tests/make_release.py

# How many real listing pages of other sites are read without a profile, and for how many one is
# learned that reads another page, too; the corpus is not part of the project.
corpus: .venv/test
	@$(BIN)/python -m benchmarks.corpus $(CORPUS)
	@$(BIN)/python -m benchmarks.learned $(CORPUS)

# How many of those pages are read with the profiles in tests/corpus_profiles, one for each.
profiles: .venv/test
	@$(BIN)/python -m benchmarks.profiled $(CORPUS)

# How many made-up listings are read wrongly without a profile, and which:
# make misreadings OPTIONS="--pages 20000 --seed 1"
misreadings: .venv/test
	@$(BIN)/python -m benchmarks.misreadings $(OPTIONS)

# How the cost of reading grows with the size of a page, in four sizes each; some ten minutes:
# make growth OPTIONS="--size 4000000 --only document"
growth: .venv/test
	@$(BIN)/python -m benchmarks.growth $(OPTIONS)

# What reading recordings in bulk costs with one process and with two, in pairs, and the memory:
# make bulk OPTIONS="--pages 50 --pairs 3"
bulk: .venv/test
	@$(BIN)/python -m benchmarks.bulk $(OPTIONS)

# How long reading takes with 160,000 documents, and what years of harvests cost.
benchmark: .venv/test
	@$(BIN)/python -m benchmarks.reading
	@$(BIN)/python -m benchmarks.years

# How much longer the pages of 49 visitors take while the fiftieth is hostile, on an idle machine:
# make strangers OPTIONS="--documents 20000 --seconds 24"
strangers: .venv/test
	@$(BIN)/python -m benchmarks.strangers $(OPTIONS)

test: .venv/test programs
	@$(BIN)/python -m pytest $(TESTS)

# A minute's worth: pages, dates, the walk, harvests in which nothing is killed or broken. It leaves
# out what tests/conftest.py calls slow: the browser, sources, exports, scans, other sites, faults.
quick: .venv/test
	@$(BIN)/python -m pytest --quick $(TESTS)

# Tests of many machines: workers, PostgreSQL, S3. HARVEST_FLEET=200 HARVEST_KILLS=30 make test-jobs
# for 200 collections and 30 kills; it needs a quarter of an hour. And 200 kills of who takes and puts
# a collection, in a folder and in S3: HARVEST_KILLS=200 make test-jobs JOBS=tests/test_jobs_versions.py
JOBS := $(wildcard tests/test_jobs*.py)
test-jobs: .venv/jobs/ready
	@ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || $(call set-up,postgresql)
	@.venv/jobs/bin/python -m pytest -n 0 $(JOBS)

# Tests of recordings in bulk by Spark, which gets this package as a wheel, and of S3. CI leaves them
# out: 500 MB of packages and Java are too much for its time.
test-spark: .venv/spark/ready
	@command -v java >/dev/null || $(call set-up,default-jre-headless)
	@.venv/spark/bin/python -m pip install -qq --disable-pip-version-check --no-deps --no-index \
		--no-build-isolation --force-reinstall .
	@.venv/spark/bin/python -m pytest -n 0 tests/test_spark.py

# How far a fleet gets with 10,000 collections, simulated, and checked against real workers: half an
# hour; make fleet OPTIONS="--no-real --crawls 10".
fleet: .venv/jobs/ready
	@ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || $(call set-up,postgresql)
	@PYTHONPATH=tests .venv/jobs/bin/python -m benchmarks.fleet $(OPTIONS)

# Tests of what is done with other packages, with the lowest versions that pyproject.toml allows.
LOWEST := crawl json_listing dates learn export_formats recording network progress library datasette
lowest: .venv/lowest/ready
	@.venv/lowest/bin/python -m pytest -W default --disable-warnings $(LOWEST:%=tests/test_%.py)

# Pages are tested in a real browser, and mirrors as the program makes them that people use.
programs:
	@$(call needed,chromium)
	@$(call needed,wget)

# A program of the system's; it is set up where that may be done.
needed = command -v $(1) >/dev/null || $(call set-up,$(1))
set-up = { test "$$(id -u)" = 0 && command -v apt-get >/dev/null \
	&& echo "Setting up $(1) ..." && apt-get -qq update \
	&& apt-get -qq install -y --no-install-recommends $(1) >/dev/null; } \
	|| { echo "The tests need $(1): install it (Debian: apt install $(1))" >&2; exit 69; }

kills: .venv/test
	@HARVEST_KILLS=1000 $(BIN)/python -m pytest -n 0 -s --show-capture=no tests/test_kills.py
	@HARVEST_KILLS=1 $(BIN)/python -m pytest -n 0 -k kill tests/test_migrations.py

signals: .venv/test
	@HARVEST_SIGNALS=500 $(BIN)/python -m pytest -n 0 -s --show-capture=no tests/test_kills.py

# What holds for all histories, dates and texts, with twenty times as many examples as in the tests.
properties: .venv/test
	@HARVEST_EXAMPLES=20 $(BIN)/python -m pytest -m hypothesis $(TESTS)

# Makes small mistakes in the program, and lists those that no test notices; goes on where it was
# stopped. make mutants OPTIONS="--sample 200 --seed 1" tries only so many.
mutants: .venv/test
	@$(BIN)/python -m mutants $(OPTIONS)

# 100,000 pages that are cut or have a wrong tag: each is read exactly or refused; OPTIONS=1000 for
# so many.
fuzz: .venv/test
	@PYTHONPATH=. $(BIN)/python tests/fuzz.py $(OPTIONS)

check: .venv/test docs
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy --strict harvester

format: .venv/test
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later is needed: install it, or say make PYTHON=/path/to/python" >&2; exit 69; }
	@$(PYTHON) -m venv .venv || { echo "Python's venv module is needed (Debian: apt install python3-venv)" >&2; rm -rf .venv; exit 69; }

# The program itself is installed as it stands here, so that `harvester` runs what is edited.
.venv/harvest: requirements.txt requirements-build.txt | .venv/bin/python
	@echo "Setting up .venv: some 60 packages, about a minute ..."
	@$(PIP) -r requirements.txt -r requirements-build.txt
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation \
		--no-index --editable .
	@touch $@

.venv/read: requirements-read.txt .venv/harvest
	@echo "Setting up what reading needs ..."
	@$(PIP) -r requirements-read.txt
	@touch $@

.venv/test: requirements-dev.txt requirements-schemas.txt .venv/harvest
	@echo "Setting up what the tests need: some 130 packages, a few minutes ..."
	@$(PIP) -r requirements-dev.txt
	@$(PIP) --no-deps -r requirements-schemas.txt
	@touch $@

# By itself, as users have it: of what the tests need, Scrapy would load some whenever it starts.
.venv/benchmarks/ready: requirements.txt requirements-bench.txt | .venv/bin/python
	@echo "Setting up what is measured ..."
	@$(BIN)/python -m venv .venv/benchmarks
	@.venv/benchmarks/bin/python $(INSTALL) -r requirements.txt
	@.venv/benchmarks/bin/python $(INSTALL) -r requirements-bench.txt
	@touch $@

# By themselves, as what builds documents and releases needs other versions of what it shares.
.venv/documentation/ready: requirements-docs.txt | .venv/bin/python
	@echo "Setting up what the documentation needs ..."
	@$(BIN)/python -m venv .venv/documentation
	@.venv/documentation/bin/python $(INSTALL) -r requirements-docs.txt
	@touch $@

.venv/lowest/ready: requirements-lowest.txt | .venv/bin/python
	@echo "Setting up the lowest versions of all packages, a few minutes ..."
	@$(BIN)/python -m venv .venv/lowest
	@.venv/lowest/bin/python $(INSTALL) -r requirements-lowest.txt
	@touch $@

.venv/jobs/ready: requirements-jobs.txt | .venv/bin/python
	@echo "Setting up what many machines need ..."
	@$(BIN)/python -m venv .venv/jobs
	@.venv/jobs/bin/python $(INSTALL) -r requirements-jobs.txt
	@touch $@

.venv/spark/ready: requirements-spark.txt | .venv/bin/python
	@echo "Setting up Spark: 500 MB, some minutes ..."
	@$(BIN)/python -m venv .venv/spark
	@.venv/spark/bin/python $(INSTALL) -r requirements-spark.txt
	@touch $@

.venv/release/ready: requirements-build.txt requirements-release.txt | .venv/bin/python
	@echo "Setting up what a release needs ..."
	@$(BIN)/python -m venv .venv/release
	@.venv/release/bin/python $(INSTALL) -r requirements-build.txt
	@.venv/release/bin/python $(INSTALL) -r requirements-release.txt
	@touch $@

# Writes the requirements anew from pyproject.toml; needs uv. What many machines need stands by
# itself, as S3 takes an older version of a package.
EXTRAS := --extra datasette --extra parquet --extra wacz
lock:
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--upgrade pyproject.toml -o requirements.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--upgrade pyproject.toml --extra datasette -c requirements.txt -o requirements-read.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--upgrade pyproject.toml $(EXTRAS) --group dev -c requirements.txt -o requirements-dev.txt
	for group in bench build docs release; do uv pip compile -q --universal --python-version 3.11 \
		--generate-hashes --no-header --no-annotate --upgrade --group $$group \
		-c requirements-dev.txt -o requirements-$$group.txt || exit; done
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--upgrade --no-deps --group schemas -o requirements-schemas.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--upgrade --resolution lowest-direct pyproject.toml $(EXTRAS) --group dev \
		-o requirements-lowest.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--upgrade pyproject.toml --extra jobs --extra datasette --group jobs -o requirements-jobs.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--upgrade pyproject.toml --extra spark --group spark -c requirements-jobs.txt \
		-o requirements-spark.txt
