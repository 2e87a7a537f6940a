# Copyright (c) 2026, dcos.avi maintainers
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

export PATH := $(CURDIR)/.build/venv/bin:$(PATH)
export PYTHONPATH := $(CURDIR)/.build/collections
export ANSIBLE_COLLECTIONS_PATH := $(CURDIR)/.build/collections
export WHOLE

.PHONY: help setup test demo soak bench matrix codes release docsite recording picture lab lab-down clean

help: ## Show what there is to make
	@grep -h -E '^[a-z-]+:.* ## ' Makefile | sed -E 's/:.* ## /\t/' | expand -t 12

test: setup ## Run every check, or some: make test CHECK="unit sanity"; with all that takes long: make test WHOLE=1
	@python -m tests.check $(CHECK)

demo: setup ## Watch the article's example: two rollouts under load, no request lost
	@python -m tests.demo.run

soak: setup ## Prove it at length (two hours), into docs/proof; some of it: make soak SECTION=kills, make soak SECTION=random MINUTES=10
	@python -m tests.soak --section "$(SECTION)" --case "$(CASE)" $(if $(MINUTES),--minutes $(MINUTES)) $(if $(SEED),--seed $(SEED))

bench: setup ## Measure: the load the lab carries, what a look of migration_info and an inventory cost, how soon a wait for an app ends, what a rollout, a fleet and a release cost
	@python -m tests.bench $(if $(SERVICES),--services $(SERVICES))

matrix: setup ## Sanity and behaviour on each ansible-core, as a table; some of it: make matrix CORE="2.16 next" PART=sanity
	@python -m tests.check.matrix --core "$(CORE)" --part "$(PART)"

codes: setup ## Write docs/troubleshooting.md anew: what each code means, and its message as it comes out
	@python -m tests.codes

release: setup ## Build the tarball of a release into build/release, and check it: RELEASING.md
	@python -m tests.check.release

docsite: setup ## Build the documentation as a site into build/docsite; a warning about this collection fails it
	@nox -R -s docsite

recording: setup ## Record a rollout in the lab for the README: docs/rollout.cast and docs/rollout.svg
	@python -m tests.demo.recording

picture: demo ## Draw the page that the demo writes, for the README: docs/report.png
	@python -m tests.demo.picture

lab: setup ## Start a lab in the background (. build/lab.env); choose with MARATHON= AVI= FLIP= CONNECTOR_DELAY= ...
	@tests/utils/lab up

lab-down: ## End it
	@tests/utils/lab down

setup: ## Make what the others need: .build/venv, HAProxy. APT=1 installs what is missing of the system's packages
	@tests/utils/setup

clean: lab-down ## Remove all that make made
	@rm -rf .build build .nox .ansible .hypothesis .mypy_cache .pytest_cache .ruff_cache tests/output
