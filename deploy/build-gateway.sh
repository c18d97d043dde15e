#!/usr/bin/env bash
# Builds quorum-gateway as one file, compiled ahead. The file needs the C library of the machine that builds it, or a newer one, and no .NET.
#
#   deploy/build-gateway.sh [DIRECTORY]     writes DIRECTORY/quorum-gateway; default: artifacts/gateway
#
# Needs the .NET SDK and clang (Debian: apt-get install clang zlib1g-dev).
set -euo pipefail
cd "$(dirname "$0")/.."
fail() { echo "build-gateway: $*" >&2; exit 1; }

target=${1:-artifacts/gateway}
case $(uname -m) in
    x86_64) platform=linux-x64 ;;
    aarch64) platform=linux-arm64 ;;
    *) fail "no compiler for $(uname -m) is known" ;;
esac
command -v dotnet >/dev/null || fail "the .NET SDK is missing: https://dot.net"
command -v clang >/dev/null || fail "clang is missing. Debian: apt-get install clang"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
dotnet publish src/Quorum.Managed.Gateway -c Release -r "$platform" -p:PublishAot=true -o "$work" -v quiet -nologo \
    --artifacts-path artifacts/gateway-build ||
    fail "the compiler failed"
mkdir -p "$target"
install -m 0755 "$work/quorum-gateway" "$target/quorum-gateway"
echo "$target/quorum-gateway: $(stat -c %s "$target/quorum-gateway") bytes"
