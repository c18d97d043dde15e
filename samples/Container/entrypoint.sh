#!/bin/sh
# Waits for quorum, runs the service, stops it within ten seconds when quorum is lost, and runs it again when it is back.
exec "${QUORUM:-/opt/quorum/quorum}" exec --restart --settle 2s --grace 10s -- "${SERVICE:-/service.sh}" "$@"
