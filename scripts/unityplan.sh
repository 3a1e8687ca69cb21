# Sourced by the scripts beside it: the checkout's own command, else the one in PATH.
cd "$(dirname "${BASH_SOURCE[0]}")/.."
unityplan() {
  if [ -x .venv/bin/unityplan ]; then .venv/bin/unityplan "$@"; else command unityplan "$@"; fi
}
