#!/usr/bin/env bash
# Measures this library beside libquorum, on real daemons in private namespaces. Writes RESULTS.md and results/*.csv.
# Needs root, corosync and its libraries (tests/run.sh installs them), and a machine that does nothing else.
#
#   benchmarks/run.sh [--quick] [--only TEXT] [--out DIRECTORY]   about 10 minutes; --quick: under 3
#   benchmarks/run.sh micro [arguments of BenchmarkDotNet]        the micro-benchmarks
#   benchmarks/run.sh dry                                         everything once, to see that it still works; the
#                                                                 figures have no meaning
#
# DOTNET_BENCHMARKS_NO_BUILD=1 uses the last build. QUORUM_COMMAND names a quorum command to measure instead of the one
# built here. The start of the statically linked file is measured too where deploy/build.sh has made it.
set -euo pipefail
cd "$(dirname "$0")/.."
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1

if [[ -z ${DOTNET_BENCHMARKS_NO_BUILD-} ]]; then
    # No build servers and nodes may stay behind: they would take processor time during the measurement.
    for project in benchmarks/Quorum.Managed.Benchmarks src/Quorum.Managed.Cli; do
        dotnet build "$project" -c Release -v quiet -nodeReuse:false -p:UseSharedCompilation=false
    done
fi

benchmarks=(dotnet benchmarks/Quorum.Managed.Benchmarks/bin/Release/net10.0/Quorum.Managed.Benchmarks.dll)
case ${1-} in
micro | dry) exec "${benchmarks[@]}" "$@" ;;
*) exec "${benchmarks[@]}" paired "$@" ;;
esac
