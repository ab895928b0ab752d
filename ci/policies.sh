#!/bin/sh
# Checks, tests and compares policies with those of a base branch: what action.yml and the pre-commit hook run.
#
#   ci/policies.sh (check | test | diff | all) [POLICY…]
#
# CAPFENCE   the command, `npx --yes capfence` if it is not set
# BASE       the branch or commit to compare with; nothing is compared where it is empty
# FAIL_ON    for check: error, warning (default), note, never
# FAIL_ON_DIFF  for diff: widened (default), changed, never
# FORMAT     text (default) or github
# REPORT     a file that Markdown for a pull-request comment is added to
# SARIF      a file for GitHub code scanning
set -eu

capfence() {
  # Several words on purpose: a command and its arguments.
  # shellcheck disable=SC2086
  ${CAPFENCE:-npx --yes capfence} "$@"
}

verb=${1:?check, test, diff or all}
shift
format=${FORMAT:-text}
status=0

worse() { if [ "$1" -gt "$status" ]; then status=$1; fi; }

# Fixtures stand beside the policies; pre-commit names them like any other changed file.
if [ $# -eq 0 ]; then
  set -- $(git ls-files -- 'policies/*.yaml' 'policies/*.yml' '*.capfence')
fi
count=$#
for file do
  case $file in
    *.test.yaml | *.test.yml) ;;
    *) if [ -f "$file" ]; then set -- "$@" "$file"; fi ;;
  esac
done
shift "$count"
if [ $# -eq 0 ]; then
  echo "no policies to look at" >&2
  exit 0
fi

check_policies() {
  capfence check --format "$format" --fail-on "${FAIL_ON:-warning}" "$@" || worse $?
  if [ -n "${SARIF:-}" ]; then capfence check --format sarif --fail-on never "$@" >"$SARIF" || worse $?; fi
  if [ -n "${REPORT:-}" ]; then capfence check --format markdown --fail-on never "$@" >>"$REPORT" || worse $?; fi
}

test_policies() {
  for policy do
    for fixture in "${policy%.*}.test.yaml" "${policy%.*}.test.yml"; do
      if [ -f "$fixture" ]; then capfence test "$fixture" || worse $?; fi
    done
  done
}

diff_policies() {
  if [ -z "${BASE:-}" ]; then
    echo "no base branch: nothing to compare with" >&2
    return
  fi
  # The whole tree of the base, so that what a policy extends is there too.
  base=$(git rev-parse --git-dir)/capfence-base
  git worktree remove --force "$base" 2>/dev/null || true
  git worktree add --quiet --detach "$base" "$BASE"
  for policy do
    if [ -f "$base/$policy" ]; then
      echo "$policy"
      capfence diff --format "$format" --fail-on "${FAIL_ON_DIFF:-widened}" "$base/$policy" "$policy" || worse $?
      if [ -n "${REPORT:-}" ]; then
        { printf '\n`%s`\n\n' "$policy" && capfence diff --format markdown --fail-on never "$base/$policy" "$policy"; } >>"$REPORT" || worse $?
      fi
    else
      echo "$policy is new"
    fi
  done
  git worktree remove --force "$base"
}

case $verb in
  check) check_policies "$@" ;;
  test) test_policies "$@" ;;
  diff) diff_policies "$@" ;;
  all)
    check_policies "$@"
    test_policies "$@"
    diff_policies "$@"
    ;;
  *)
    echo "unknown: $verb (check, test, diff or all)" >&2
    exit 2
    ;;
esac
exit "$status"
