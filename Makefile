# Everything a person types. Each target does its own set-up; what it does is in scripts/, one file a verb.

.DEFAULT_GOAL := help
.PHONY: help demo test lint bench

help: ## what there is to type
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: ## build the hub and see pictures, sounds and films go in, come back bit for bit, and stream
	@scripts/demo.sh

test: ## all tests: memory, disk, a real S3 server, and the Python readers
	@scripts/test.sh

lint: ## formatting, clippy with warnings as errors, documentation, unused dependencies, licences, scripts
	@scripts/lint.sh

bench: ## the measurements that the README quotes (ARGS="…" goes to the bench program)
	@scripts/bench.sh $(ARGS)
