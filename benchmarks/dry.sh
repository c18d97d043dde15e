#!/usr/bin/env bash
# For CI, after the build: every benchmark and every measure once. Fails when one cannot be made. What it writes goes to artifacts/.
set -euo pipefail
DOTNET_BENCHMARKS_NO_BUILD=1 exec "$(dirname "$0")/run.sh" dry
