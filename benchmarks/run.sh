#!/usr/bin/env bash
# Measures ours beside libquorum, on real daemons in private namespaces, and writes RESULTS.md and results/*.csv. Needs root, corosync and its libraries
# (tests/run.sh installs them), and a machine that does nothing else.
#
#   benchmarks/run.sh [--quick] [--only TEXT] [--out DIRECTORY]   about 10 minutes; --quick: under 3
#   benchmarks/run.sh micro [arguments of BenchmarkDotNet]        the micro-benchmarks
#   benchmarks/run.sh dry                                         everything once, so that none rots; the figures mean nothing
#
# DOTNET_BENCHMARKS_NO_BUILD=1 takes what was built before. QUORUM_COMMAND names the quorum command to measure instead of the one built here.
set -euo pipefail
cd "$(dirname "$0")/.."
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1

if [[ -z ${DOTNET_BENCHMARKS_NO_BUILD-} ]]; then
    # Without servers and nodes that stay behind, and would take processor time while we measure.
    for project in benchmarks/Quorum.Managed.Benchmarks src/Quorum.Managed.Cli; do
        dotnet build "$project" -c Release -v quiet -nodeReuse:false -p:UseSharedCompilation=false
    done
fi

benchmarks=(dotnet benchmarks/Quorum.Managed.Benchmarks/bin/Release/net10.0/Quorum.Managed.Benchmarks.dll)
case ${1-} in
micro | dry) exec "${benchmarks[@]}" "$@" ;;
*) exec "${benchmarks[@]}" paired "$@" ;;
esac
