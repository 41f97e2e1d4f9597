# The entry points for people. Each target does its own set-up and runs one script in scripts/.

.DEFAULT_GOAL := help
.PHONY: help demo test lint bench web web-types pictures

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: ## build the hub (unoptimised planner, quick build), push real media, pull them back, stream
	@scripts/demo.sh

test: ## all tests: memory, disk, a real S3 server, and the Python readers
	@scripts/test.sh

lint: ## formatting, clippy with warnings as errors, documentation, unused dependencies, licences, scripts
	@scripts/lint.sh

web: ## build the pages' scripts, web/dist, which are committed (needs Node.js)
	@cd web && npm ci --ignore-scripts --no-audit --no-fund && npm run --silent check && npm run --silent test && npm run --silent build

web-types: ## write web/src/api.d.ts from the REST interface of the hub at HUB_URL, for `make web`
	@cd web && npm ci --ignore-scripts --no-audit --no-fund && npm run --silent types "$(HUB_URL)"

pictures: ## write the pictures that pages are compared with, and those of the documents, anew
	@scripts/pictures.sh

bench: ## the measurements that the README quotes (ARGS="…" is passed to the bench program)
	@scripts/bench.sh $(ARGS)
