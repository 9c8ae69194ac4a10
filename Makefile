# Ovation. `make help` tells what there is.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
GO   ?= go
BUF  := $(GO) tool -modfile=internal/tools/buf.mod buf
LINT := $(GO) tool -modfile=internal/tools/lint.mod golangci-lint
WORKFLOWS := $(GO) tool -modfile=internal/tools/workflows.mod actionlint
# Arguments for `make run` and `make demo`, such as ARGS="--lan" or ARGS="--listen 127.0.0.1:9000".
ARGS ?=

.PHONY: help
help: ## Show this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  \033[1m%-16s\033[0m %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: build
build: ## Build bin/ovation
	@mkdir -p bin
	$(GO) build -o bin/ovation ./cmd/ovation

.PHONY: run
run: build ## Start everything (broker, services, gateway, pages) and print links to open; needs Go alone
	@exec bin/ovation serve $(ARGS)

.PHONY: demo
demo: build ## Like run, with a crowd of 200 viewers for 15 minutes
	@exec bin/ovation serve --demo $(ARGS)

.PHONY: test
test: ## Run all tests, race detector on; installs what they need (BROWSER=off leaves the browser's out)
	@.ci/needs
	@$(MAKE) --no-print-directory test-go test-web
	@if [ "$${BROWSER:-on}" = off ]; then echo "All tests passed, but the browser tests were left out (BROWSER=off)."; \
	else echo "All tests passed."; fi

.PHONY: test-go
test-go: ## Run the Go tests with the race detector
	CGO_ENABLED=1 $(GO) test -race -timeout 15m ./...

.PHONY: test-web
test-web: web/node_modules build ## Check and test the web pages, in Node and in Chromium
	cd web && npm run --silent check && npm run --silent test
	@if [ "$${BROWSER:-on}" != off ]; then cd web && export OVATION_BIN="$(CURDIR)/bin/ovation" && npm run --silent e2e && npm run --silent soak; fi

web/node_modules: web/package.json web/package-lock.json
	cd web && npm ci --no-audit --no-fund
	@touch web/node_modules

.PHONY: lint
lint: ## Lint Go, the protos and GitHub's workflows
	$(LINT) run
	$(WORKFLOWS) -shellcheck= -pyflakes=
	$(BUF) lint
	$(BUF) format --diff --exit-code

.PHONY: chart
chart: ## Test the Helm chart (UPDATE=1 writes its golden files and README anew; the first run compiles helm, 2 minutes)
	cd charts && $(GO) vet ./... && $(GO) test ./... $(if $(UPDATE),-update)

.PHONY: faults
faults: build ## Break an installation on purpose and look for everything acknowledged (ONLY=kill-broker,... some; WHOLE=1 skips none)
	@.ci/needs faults $(if $(WHOLE),,|| echo "Scenarios that need them are skipped.")
	$(GO) run $(if $(SUDO),-exec "$(SUDO)") ./loadtest/faults $(if $(WHOLE),-whole) $(if $(ONLY),-only $(ONLY))

.PHONY: soak
soak: soak-server soak-web ## Hold a server, then the pages, under load for 20 minutes each and look whether anything grows (FOR=5m is shorter)

.PHONY: soak-server
soak-server: build
	bin/ovation loadtest soak --for "$${FOR:-20m}"

.PHONY: soak-web
soak-web: web/node_modules build
	cd web && OVATION_BIN="$(CURDIR)/bin/ovation" FOR="$${FOR:-20m}" npm run --silent soak

.PHONY: breaking
breaking: ## Look for breaking changes of the protos since the last release
	@tag=$$(git describe --tags --abbrev=0 --match 'v*' 2>/dev/null || true); \
	if [ -z "$$tag" ]; then echo "buf breaking: this clone has no release tag to compare with; nothing to check"; \
	else $(BUF) breaking --against ".git#tag=$$tag"; fi

.PHONY: generate
generate: web/node_modules ## Write generated code and built pages anew
	$(BUF) generate
	$(GO) run ./internal/tools/metrics-page
	cd web && npm run --silent generate && npm run --silent build

.PHONY: generate-check
generate-check: generate ## Fail when what is committed is not what generate makes
	@changed=$$(git status --porcelain -- proto/gen docs/metrics.md web/client/gen web/dist); \
	if [ -n "$$changed" ]; then echo "generated files differ from what is committed; run make generate and commit:"; echo "$$changed"; \
	git --no-pager diff --stat -- proto/gen docs/metrics.md web/client/gen web/dist; exit 1; fi

.PHONY: fuzz
fuzz: ## Fuzz what parses strangers' bytes (TIME=20s each)
	@TIME="$${TIME:-20s}" .ci/fuzz

.PHONY: bench
bench: ## Run the Go benchmarks
	$(GO) test -run '^$$' -bench . -benchmem ./...

.PHONY: perf-web
perf-web: web/node_modules build ## Measure the viewer page in Chromium (PERF_SECONDS=60)
	cd web && OVATION_BIN="$(CURDIR)/bin/ovation" PERF_SECONDS="$(or $(PERF_SECONDS),60)" npm run --silent perf

.PHONY: screens
screens: web/node_modules build ## Take pictures of every page, width, theme and state into web/screens (SCREENS=start,viewer takes some pages)
	cd web && OVATION_BIN="$(CURDIR)/bin/ovation" npm run --silent screens

.PHONY: clean
clean: ## Remove what was built here (not the data directory)
	rm -rf bin web/node_modules web/screens
