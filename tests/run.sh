#!/usr/bin/env bash
# Runs every test project. Installs Debian's corosync first where it is missing and this user may install it.
# Without corosync the tests that need it are skipped with a reason. With CI=true they fail instead, and the tests on
# real clusters run twice, once on each of corosync's transports. artifacts/tests keeps the whole output of each run.
#
#   tests/run.sh [extra arguments of dotnet test]
set -uo pipefail
cd "$(dirname "$0")/.."
# nohup and & start a process with some signals ignored. Tests send these signals, so set them to the default.
if [[ -z ${QUORUM_SIGNALS:-} ]] && env --default-signal true 2>/dev/null; then
    QUORUM_SIGNALS=default exec env --default-signal bash tests/run.sh "$@"
fi

packages=()
command -v corosync >/dev/null || packages+=(corosync)
[[ -e /usr/lib/x86_64-linux-gnu/libquorum.so.5 || -n $(ldconfig -p 2>/dev/null | grep -F libquorum.so.5) ]] ||
    packages+=(libquorum5 libvotequorum8)
command -v corosync-qdevice >/dev/null || packages+=(corosync-qdevice)
command -v corosync-qnetd >/dev/null || packages+=(corosync-qnetd)
command -v ip >/dev/null || packages+=(iproute2)
command -v nsenter >/dev/null || packages+=(util-linux)
command -v gcc >/dev/null || packages+=(gcc libc6-dev)
command -v musl-gcc >/dev/null || packages+=(musl-tools)
[[ -e /usr/include/corosync/quorum.h ]] || packages+=(libquorum-dev)
command -v clang >/dev/null || packages+=(clang)
command -v ld.lld >/dev/null || packages+=(lld)
command -v systemd-notify >/dev/null || packages+=(systemd)
command -v podman >/dev/null || packages+=(podman)
command -v runc >/dev/null || packages+=(runc)
command -v prometheus >/dev/null || packages+=(prometheus)
command -v keepalived >/dev/null || packages+=(keepalived)
if ((${#packages[@]})) && ((EUID == 0)) && command -v apt-get >/dev/null; then
    echo "tests: installing ${packages[*]}" >&2
    export DEBIAN_FRONTEND=noninteractive
    { apt-get update -qq && apt-get install -y -qq --no-install-recommends "${packages[@]}"; } >/dev/null ||
        echo "tests: could not install ${packages[*]}: tests that need them are skipped" >&2
fi

configuration=Release
dotnet build Quorum.Managed.sln -c $configuration -v quiet -nologo || exit 1

# The projects run one after the other, so that only one cluster at a time uses the machine's cores.
passed=0 failed=0 skipped=0 broken=0
mkdir -p artifacts/tests
run() { # NAME PROJECT [arguments of dotnet test]
    local name=$1 project=$2 log="artifacts/tests/$1.log" status p f s
    shift 2
    dotnet test "$project" -c $configuration --no-build -nologo --logger "console;verbosity=detailed" "$@" >"$log" 2>&1
    status=$?
    # Reads the last lines of the console logger: Total tests, Passed, Failed, Skipped.
    count() { sed -n "s/^ *$1: *\([0-9]*\).*/\1/p" "$log" | tail -n 1; }
    p=$(count Passed) f=$(count Failed) s=$(count Skipped)
    # Shows the tests that failed or were skipped, each up to the next result, and the counts of the random tests.
    awk '/^ *(Passed|Failed|Skipped) [A-Za-z]/ { show = !/^ *Passed/ } /^Test Run|^Total tests/ { show = 0 } show' \
        "$log" | head -n 300
    grep -hE '^ *[0-9]+ faults, seed |generated scenarios' "$log" | sed 's/^ */    /' | sort -u
    printf '%-50s %5d passed %5d failed %5d skipped\n' "$name" "${p:-0}" "${f:-0}" "${s:-0}"
    passed=$((passed + ${p:-0})) failed=$((failed + ${f:-0})) skipped=$((skipped + ${s:-0}))
    if ((status != 0)) && ((${f:-0} == 0)); then
        broken=1
        tail -n 30 "$log"
        echo "$name: dotnet test ended with $status"
    fi
}

for project in tests/*.Tests/*.csproj; do
    run "$(basename "$project" .csproj)" "$project" "$@"
done
if [[ ${CI-} == true ]]; then
    # The clusters of these tests take the transport from QUORUM_TEST_IPC.
    clusters=
    for name in Cluster Cli ServicesCli Exec ExecStrict DaemonDeath Idle Load MonitorFault SingleNode WatchLatency; do
        clusters+="${clusters:+|}FullyQualifiedName~.${name}Tests"
    done
    QUORUM_TEST_IPC=socket run Quorum.Managed.Interop.Tests-socket tests/Quorum.Managed.Interop.Tests/*.csproj \
        --filter "$clusters" "$@"
fi
echo "$passed passed, $failed failed, $skipped skipped"
((failed == 0 && broken == 0 && passed > 0))
