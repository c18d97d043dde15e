#!/usr/bin/env bash
# Builds the quorum command as one statically linked file, compiled ahead. The file needs no .NET, no C library and no
# other file, so that it runs in an empty container.
#
#   deploy/build.sh [DIRECTORY [PLATFORM]]    writes DIRECTORY/quorum; default: artifacts/static, this platform
#
# Needs the .NET SDK, clang and lld (Debian: apt-get install clang lld). PLATFORM linux-arm64 on x86-64 also needs
# gcc-aarch64-linux-gnu and libc6-dev-arm64-cross. Such a file was run under qemu-user only, and only for its --help.
set -euo pipefail
cd "$(dirname "$0")/.."
fail() { echo "build: $*" >&2; exit 1; }

target=${1:-artifacts/static}
case ${2:-$(uname -m)} in
    x86_64 | linux-x64) platform=linux-x64 ;;
    aarch64 | linux-arm64) platform=linux-arm64 ;;
    *) fail "no compiler for ${2:-$(uname -m)} is known" ;;
esac
command -v dotnet >/dev/null || fail "the .NET SDK is missing: https://dot.net"
command -v clang >/dev/null || fail "clang is missing. Debian: apt-get install clang"
command -v ld.lld >/dev/null || fail "lld is missing. Debian: apt-get install lld"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
dotnet publish src/Quorum.Managed.Cli -c Release -r "$platform" -p:StaticExecutable=true -o "$work" -v quiet -nologo \
    --artifacts-path artifacts/static-build ||
    fail "the compiler failed"
mkdir -p "$target"
install -m 0755 "$work/quorum" "$target/quorum"
echo "$target/quorum: $(stat -c %s "$target/quorum") bytes"
