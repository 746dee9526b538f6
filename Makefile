# What people type. What a target lacks, scripts/install-tools installs first (Debian, as root) or names.

SHELL := /bin/bash
.DEFAULT_GOAL := help
CARGO ?= cargo
DATA ?= ./data
# What `make bench` tells its load program: `--seconds N`, `--full`.
LOAD ?=
# What it tells its program for pages: `--rounds N`, `--small`.
PAGES ?=

# nextest where it is; cargo's own runner otherwise.
RUN_TESTS := $(shell $(CARGO) nextest --version >/dev/null 2>&1 && echo "nextest run" || echo test)

.PHONY: help run test test-docker check bench install-tools

help: ## Show the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 16

run: ## Start Portus with a registry beside it, all data in DATA (./data)
	@scripts/install-tools run
	$(CARGO) build --release --locked --package portus --bins
	exec target/release/portus-server --with-registry --data $(DATA)

test: ## Run every test, with real registries, clients and databases
	@scripts/install-tools test
	$(CARGO) build --workspace --bins --examples --locked
	$(CARGO) $(RUN_TESTS) --workspace --locked

test-docker: ## Drive Docker's own client and daemon (needs root)
	@scripts/install-tools test test-docker
	$(CARGO) build --workspace --bins --locked
	$(CARGO) $(RUN_TESTS) --package portus-tests --features docker --test docker --locked

check: ## Format, lints, documentation, licences and the table of who imports whom
	@scripts/install-tools check
	$(CARGO) fmt --all --check
	$(CARGO) clippy --workspace --all-targets --all-features --locked -- -D warnings
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --no-deps --workspace --locked
	$(CARGO) deny --locked check bans licenses sources
	$(CARGO) test --quiet --package portus-tests --test architecture --locked

bench: ## Measure (limits of time are judged here, not in the tests)
	@scripts/install-tools bench
	$(CARGO) build --release --locked --package portus --bins
	$(CARGO) bench --profile release --package portus-bench --bench token --locked
	$(CARGO) bench --profile release --package portus-bench --bench load --locked -- $(LOAD)
	$(CARGO) bench --profile release --package portus-bench --bench pages --locked -- $(PAGES)

install-tools: ## Install what all targets need
	@scripts/install-tools run test check bench
