#!/bin/sh
# Checks, tests and compares policies with those of a base branch: what action.yml and the pre-commit hook run.
# All of it is in policies.mjs; names of files never pass through a shell's words.
exec node "$(dirname -- "$0")/policies.mjs" "$@"
