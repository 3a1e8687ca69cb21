#!/usr/bin/env bash
# rollback.sh [POD] [SERVICE] [VERSION]: one service back to the version on record before, or to this one.
set -euo pipefail
. "$(dirname "$0")/unityplan.sh"
unityplan rollback "${1:-dk}" "${2:-api-gateway}" ${3:+--to "$3"} --environment "${ENVIRONMENT:-production}"
