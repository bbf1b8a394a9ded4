#!/usr/bin/env bash
# Measures which small changes of the code the tests notice. See README.md.
#
#   internal/testkit/mutation/run.sh                  # all packages below
#   internal/testkit/mutation/run.sh internal/sparse  # one of them
#   MUTATION_EVERY=10 internal/testkit/mutation/run.sh diff
#   MUTATION_FLAGS='--exclude-files text.go' internal/testkit/mutation/run.sh i18n
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cd "$here/../../.."

# Package, every how many-th mutant is run, and the packages whose tests judge
# a mutant, one after the other.
packages() {
  cat <<'PACKAGES'
. 1 . catalog
internal/portset 2 internal/portset
internal/sparse 1 internal/sparse
internal/table 1 internal/table .
internal/ingest/portcell 4 internal/ingest/portcell internal/ingest/draft
internal/dataset 4 internal/dataset catalog
internal/content 2 internal/content report
i18n 1 i18n
diff 1 diff
PACKAGES
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
GOBIN=$work go install github.com/go-gremlins/gremlins/cmd/gremlins@v0.6.0
MUTATION_GO=$(command -v go)
export MUTATION_GO MUTATION_VERDICTS=$work/verdicts MUTATION_COUNT=$work/count MUTATION_LIMITS=$work
mutators=(--invert-logical --invert-loopctrl --invert-bitwise --invert-bwassign --invert-assignments
  --remove-self-assignments)

count() { grep -c "^$1\$" "$MUTATION_VERDICTS" || true; }

# The line of the code beside each mutant that lived. Those of equivalent.txt
# behave as the code does; they are counted by themselves.
survivors() {
  local kind place file code
  sed -n 's/\x1b\[[0-9;]*m//g; s/^ *LIVED //p' "$work/log" | while read -r kind _ place; do
    place=${MUTATION_PACKAGE#.}/$place place=${place#/} file=${place%%:*} code=${place#*:}
    code=$(sed -n "${code%%:*}s/^[[:space:]]*//p" "$file")
    if grep -Fxq "$kind $file: $code" "$here/equivalent.txt"; then
      echo equivalent >>"$MUTATION_VERDICTS"
    else
      printf '%s %s: %s\n' "$kind" "$place" "$code"
    fi
  done
}

# No --test-cpu: v0.6.0 passes it to go test as one argument.
measure() {
  local flags=(--workers "${MUTATION_WORKERS:-2}" --timeout-coefficient 600 --output-statuses l)
  # The folder of the root package holds all others.
  [ "$MUTATION_PACKAGE" != . ] || flags+=(--exclude-files / --exclude-files generated_)
  : >"$MUTATION_VERDICTS"
  echo 0 >"$MUTATION_COUNT"
  # shellcheck disable=SC2086
  PATH=$here/shim:$PATH "$work/gremlins" unleash "./$MUTATION_PACKAGE" "${mutators[@]}" "${flags[@]}" \
    ${MUTATION_FLAGS:-} >"$work/log" 2>&1 || tail -n 50 "$work/log"
  survivors
}

failed=0 rows=() asked=${MUTATION_EVERY:-}
while read -r package every tests; do
  [ $# -eq 0 ] || [[ " $* " == *" $package "* ]] || continue
  export MUTATION_PACKAGE=$package MUTATION_TESTS=$tests MUTATION_EVERY=${asked:-$every}
  printf '\n== %s\n' "$package"
  measure
  killed=$(count killed) equivalent=$(count equivalent)
  viable=$((killed + $(count lived) - equivalent))
  # A package of which nothing ran has not passed.
  ((viable > 0 && killed * 10 >= viable * 9)) || failed=1
  sample=whole
  [ "$MUTATION_EVERY" = 1 ] || sample="1 in $MUTATION_EVERY"
  percent=$((killed * 100 / (viable + (viable == 0))))
  rows+=("| $package | $(cat "$MUTATION_COUNT"), $sample | $viable | $killed | $equivalent | $percent % |")
done < <(packages)

printf '\n| package | mutants | viable | killed | equivalent | |\n| --- | --- | --- | --- | --- | --- |\n'
printf '%s\n' "${rows[@]}"
exit "$failed"
