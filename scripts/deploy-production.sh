#!/usr/bin/env bash
# deploy-production.sh VERSION [POD…]: bring production to a version, pod by pod; the first that is not well goes back.
set -euo pipefail
. "$(dirname "$0")/unityplan.sh"
version=${1:?usage: deploy-production.sh VERSION [POD…]}; shift
[ $# -gt 0 ] || { unityplan deploy "$version" --all; exit; }
unityplan deploy "$version" "${@/#/--pod=}"
