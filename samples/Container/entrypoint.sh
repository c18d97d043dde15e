#!/bin/sh
# Waits for quorum and runs the service. Stops the service within ten seconds when quorum is lost, and runs it again
# when quorum is back.
exec "${QUORUM:-/opt/quorum/quorum}" exec --restart --settle 2s --grace 10s -- "${SERVICE:-/service.sh}" "$@"
