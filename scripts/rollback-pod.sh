#!/usr/bin/env bash
# rollback-pod.sh [POD] [DATE]: all services of a pod back to the versions on record before, its data as it is; with the
# date of a snapshot (unityplan snapshots list POD) its data back to that, its versions as they are.
set -euo pipefail
. "$(dirname "$0")/unityplan.sh"
environment=${ENVIRONMENT:-production}
if [ $# -gt 1 ]; then
  unityplan snapshots restore "$1" "$2" --environment "$environment"
else
  unityplan rollback "${1:-dk}" --environment "$environment"
fi
