#!/usr/bin/env bash
# For CI, after the build: runs every benchmark and every measure once, and fails when one cannot run. Its output goes
# to artifacts/.
set -euo pipefail
DOTNET_BENCHMARKS_NO_BUILD=1 exec "$(dirname "$0")/run.sh" dry
