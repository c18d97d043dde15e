#!/usr/bin/env bash
# Packs the libraries and the quorum command for a NuGet feed or a folder. The command is a .NET tool with a package for
# linux-x64 that is compiled ahead and needs no .NET to run, and one for any other platform, which needs .NET.
#
#   deploy/pack.sh [DIRECTORY [PROJECT..]]    writes DIRECTORY/*.nupkg; default: artifacts/packages, all projects
#   dotnet tool install Quorum.Managed.Cli --version 0.1.0 --tool-path BIN --add-source DIRECTORY
#
# Needs the .NET SDK and clang (Debian: apt-get install clang).
set -euo pipefail
fail() { echo "pack: $*" >&2; exit 1; }

target=$(realpath -m "${1:-artifacts/packages}")
cd "$(dirname "$0")/.."
command -v dotnet >/dev/null || fail "the .NET SDK is missing: https://dot.net"
command -v clang >/dev/null || fail "clang is missing. Debian: apt-get install clang"
pack() { # PROJECT [arguments of dotnet pack]
    dotnet pack "src/$1" -c Release -v quiet -nologo -o "$target" --artifacts-path artifacts/pack "${@:2}" ||
        fail "packing $1 failed"
}

shift || :
# Nothing of an earlier build may get into a package.
rm -rf artifacts/pack
(($#)) || set -- Quorum.Managed{.Protocol,.Ipc,,.Hosting,.AspNetCore,.OpenTelemetry,.Testing,.Cli}
for project; do
    if [[ $project == Quorum.Managed.Cli ]]; then
        # The packages of the platforms, and the one that names them.
        pack "$project" -p:PlatformPackages=true -r linux-x64
        pack "$project" -p:PlatformPackages=true -r any
        pack "$project" -p:PlatformPackages=true
    else
        pack "$project"
    fi
done
