#!/usr/bin/env bash
# Measures which small changes of the code the tests notice: each mutant is run
# against the tests of its own package. A package fails when the tests kill
# less than 90 % of the mutants that they reach.
#
#   internal/testkit/mutation/run.sh                  # all packages below
#   internal/testkit/mutation/run.sh internal/sparse  # one of them
#   MUTATION_FLAGS='--exclude-files text.go' internal/testkit/mutation/run.sh i18n
set -euo pipefail
cd "$(dirname "$0")/../../.."

gremlins=github.com/go-gremlins/gremlins/cmd/gremlins@v0.6.0
packages=("$@")
[ $# -gt 0 ] || packages=(internal/portset internal/sparse internal/table internal/ingest/portcell internal/dataset internal/content i18n diff .)

# The time that the tests take sets the limit for each mutant, so they must not
# come from the cache, which takes no time at all.
# TestAsUser runs programs as another user, who cannot write coverage.
export GOFLAGS='-short -count=1 -skip=^TestAsUser$'

failed=()
for package in "${packages[@]}"; do
  printf '\n== %s\n' "$package"
  # No --test-cpu: v0.6.0 passes it to go test as one argument, which makes
  # every run fail and so every mutant look killed.
  flags=(--workers "${MUTATION_WORKERS:-2}" --timeout-coefficient 10 --threshold-efficacy 90 --output-statuses ltc)
  # The folder of the root package holds all others.
  [ "$package" != . ] || flags+=(--exclude-files /)
  # The threshold lets a package pass of which no mutant was run.
  if ! output=$(go run "$gremlins" unleash "./$package" "${flags[@]}" ${MUTATION_FLAGS:-} | tee /dev/stderr) ||
    ! grep -q '^Killed: [1-9]' <<<"$output"; then
    failed+=("$package")
  fi
done
if [ ${#failed[@]} -gt 0 ]; then
  printf '\nunder 90 %%, or not run: %s\n' "${failed[*]}"
  exit 1
fi
