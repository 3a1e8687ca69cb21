#!/usr/bin/env bash
# rollback-migration.sh POD REVISION [--destructive] [--dry-run]: the schemas of a pod down (or up) to a revision.
set -euo pipefail
. "$(dirname "$0")/unityplan.sh"
pod=${1:-dk}; revision=${2:?usage: rollback-migration.sh POD REVISION [--destructive] [--dry-run]}; shift 2
unityplan migrate "$pod" --to "$revision" --environment "${ENVIRONMENT:-production}" "$@"
