#!/usr/bin/env bash
# deploy-staging.sh VERSION [POD…]: bring staging to a version, all pods or these; pods that do not run are started.
set -euo pipefail
. "$(dirname "$0")/unityplan.sh"
version=${1:?usage: deploy-staging.sh VERSION [POD…]}; shift
[ $# -gt 0 ] || { unityplan deploy "$version" --environment staging --all; exit; }
unityplan deploy "$version" --environment staging "${@/#/--pod=}"
