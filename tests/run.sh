#!/usr/bin/env bash
# Runs every test project. Installs Debian's corosync first where it is missing and this user may install it.
# Without corosync the tests that need it are skipped with a reason. With CI=true they fail instead, and the tests on
# real clusters run twice, once on each of corosync's transports. artifacts/tests keeps the whole output of each run.
#
#   tests/run.sh [--all] [extra arguments of dotnet test]
#
# --all also runs the tests on real clusters with the corosync of other Debian releases, on both transports: see
# "Other releases of corosync" in tests/README.md. CI runs a part of them with one other release.
set -uo pipefail
cd "$(dirname "$0")/.."
# nohup and & start a process with some signals ignored. Tests send these signals, so set them to the default.
if [[ -z ${QUORUM_SIGNALS:-} ]] && env --default-signal true 2>/dev/null; then
    QUORUM_SIGNALS=default exec env --default-signal bash tests/run.sh "$@"
fi
all=
[[ ${1-} != --all ]] || { all=yes; shift; }

packages=()
command -v corosync >/dev/null || packages+=(corosync)
[[ -e /usr/lib/x86_64-linux-gnu/libquorum.so.5 || -n $(ldconfig -p 2>/dev/null | grep -F libquorum.so.5) ]] ||
    packages+=(libquorum5 libvotequorum8)
command -v corosync-qdevice >/dev/null || packages+=(corosync-qdevice)
command -v corosync-qnetd >/dev/null || packages+=(corosync-qnetd)
command -v ip >/dev/null || packages+=(iproute2)
command -v nsenter >/dev/null || packages+=(util-linux)
command -v gcc >/dev/null || packages+=(gcc libc6-dev)
command -v groff >/dev/null || packages+=(groff-base)
command -v zsh >/dev/null || packages+=(zsh)
command -v musl-gcc >/dev/null || packages+=(musl-tools)
[[ -e /usr/include/corosync/quorum.h ]] || packages+=(libquorum-dev)
command -v clang >/dev/null || packages+=(clang)
command -v ld.lld >/dev/null || packages+=(lld)
command -v systemd-notify >/dev/null || packages+=(systemd)
command -v podman >/dev/null || packages+=(podman)
command -v runc >/dev/null || packages+=(runc)
[[ -z $all && ${CI-} != true ]] || command -v mmdebstrap >/dev/null || packages+=(mmdebstrap)
command -v prometheus >/dev/null || packages+=(prometheus)
command -v keepalived >/dev/null || packages+=(keepalived)
if ((${#packages[@]})) && ((EUID == 0)) && command -v apt-get >/dev/null; then
    echo "tests: installing ${packages[*]}" >&2
    export DEBIAN_FRONTEND=noninteractive
    { apt-get update -qq && apt-get install -y -qq --no-install-recommends "${packages[@]}"; } >/dev/null ||
        echo "tests: could not install ${packages[*]}: tests that need them are skipped" >&2
fi

configuration=Release
dotnet build Quorum.Managed.sln -c $configuration -v quiet -nologo ||
    { echo "0 passed, 1 failed, 0 skipped"; exit 1; }

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
    # A filter may leave nothing of a project, but not on CI, where there is none.
    if [[ ${CI-} == true ]] && ((${p:-0} + ${f:-0} + ${s:-0} == 0)); then
        broken=1
        echo "$name: no tests were found"
    fi
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
# Prints a filter for fixtures, by the names of their classes without "Tests".
fixtures() {
    local name filter=
    for name; do filter+="${filter:+|}FullyQualifiedName~.${name}Tests"; done
    echo "$filter"
}

if [[ ${CI-} == true ]]; then
    # The clusters of these tests take the transport from QUORUM_TEST_IPC.
    QUORUM_TEST_IPC=socket run Quorum.Managed.Interop.Tests-socket tests/Quorum.Managed.Interop.Tests/*.csproj \
        --filter "$(fixtures Cluster Cli ServicesCli Exec ExecStrict DaemonDeath Idle Load MonitorFault SingleNode \
            WatchLatency)" "$@"
fi

# The clusters of these tests take corosync from QUORUM_TEST_CHROOT.
release() { # RELEASE TRANSPORT FILTER [arguments of dotnet test]
    local root
    root=$(tests/versions/make-root.sh "$1") || { broken=1; return; }
    QUORUM_TEST_CHROOT=$root QUORUM_TEST_IPC=$2 run "Quorum.Managed.Interop.Tests-$1-$2" \
        tests/Quorum.Managed.Interop.Tests/*.csproj --filter "$3" "${@:4}"
}
both=$(fixtures Cli ServicesCli Exec ExecStrict Cluster MonitorCluster SingleNode Harness)
# These choose the transports of their clusters.
own=$(fixtures Leased CmapInterop ServiceScenario TransportContract OneNodeScenario ThreeNodesScenario)
# corosync 3.1.2 never answers cfg's TRACKSTOP (protocol-docs/cfg.md): libcfg waits in it for ever.
stops='Name!~cfg_track_and_stop&Name!~cfg_question_and_no&Name!~generated'
if [[ -n $all ]]; then
    release bullseye shm "($both|$own)&$stops" "$@"
    release bullseye socket "$both" "$@"
    release trixie shm "$both|$own" "$@"
    release trixie socket "$both" "$@"
    # sid changes every day, so its results are printed and do not count.
    sid() {
        local passed=0 failed=0 skipped=0 broken=0
        release sid shm "$both|$own" "$@"
        release sid socket "$both" "$@"
        echo "sid, which does not count: $passed passed, $failed failed, $skipped skipped"
    }
    sid "$@"
elif [[ ${CI-} == true ]]; then
    if tests/versions/make-root.sh trixie >/dev/null; then
        release trixie shm "$(fixtures Cli ServicesCli CmapInterop Harness)" "$@"
    else
        echo "Quorum.Managed.Interop.Tests-trixie-shm: not run, because its root cannot be made (see above)"
        skipped=$((skipped + 1))
    fi
fi
echo "$passed passed, $failed failed, $skipped skipped"
((failed == 0 && broken == 0 && passed > 0))
