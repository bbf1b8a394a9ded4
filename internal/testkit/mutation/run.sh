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
export GOFLAGS='-short -count=1'

failed=()
for package in "${packages[@]}"; do
  printf '\n== %s\n' "$package"
  # No --test-cpu: v0.6.0 passes it to go test as one argument, which makes
  # every run fail and so every mutant look killed.
  flags=(--workers "${MUTATION_WORKERS:-2}" --timeout-coefficient 4 --threshold-efficacy 90 --output-statuses ltc)
  # The folder of the root package holds all others.
  [ "$package" != . ] || flags+=(--exclude-files /)
  # A package that no test of its own reaches has nothing killed and nothing
  # alive, which the threshold lets pass.
  output=$(go run "$gremlins" unleash "./$package" "${flags[@]}" ${MUTATION_FLAGS:-} | tee /dev/stderr) || failed+=("$package")
  ! grep -q '^Killed: 0,' <<<"$output" || failed+=("$package")
done
if [ ${#failed[@]} -gt 0 ]; then
  printf '\nunder 90 %%: %s\n' "${failed[*]}"
  exit 1
fi
