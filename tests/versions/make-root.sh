#!/usr/bin/env bash
# Makes a root directory with corosync of another Debian release, and prints its path. tests/cluster runs the daemons
# and the tools of that directory when CLUSTER_CHROOT names it.
#
#   tests/versions/make-root.sh bookworm|bullseye|trixie|sid
#
# The directory is /var/tmp/quorum-versions/RELEASE, 45 to 105 MB. It is kept for the next run, and nothing removes it:
# rm -rf it yourself, also to have newer packages. Needs root, the network and mmdebstrap (Debian: apt-get install
# mmdebstrap). QUORUM_DEBIAN_MIRROR names another mirror.
set -euo pipefail
fail() { echo "make-root: $*" >&2; exit 1; }

release=${1-}
[[ $release =~ ^[a-z]+$ ]] || fail "give the name of a Debian release, for example trixie"
((EUID == 0)) || fail "this needs root"
mirror=${QUORUM_DEBIAN_MIRROR:-http://deb.debian.org/debian}
store=/var/tmp/quorum-versions
root=$store/$release

mkdir -p "$store"
exec 9<"$store"
flock 9
if [[ ! -d $root ]]; then
    command -v mmdebstrap >/dev/null || fail "mmdebstrap is missing. Debian: apt-get install mmdebstrap"
    rm -rf "$root.new"
    # The packages are unpacked and not configured, which is enough for programs that are started by hand. The Release
    # file of sid is valid for a week only, and a mirror may be older.
    mmdebstrap --quiet --variant=extract --include=corosync,libc-bin \
        --hook-dir=/usr/share/mmdebstrap/hooks/merged-usr --aptopt='Acquire::Check-Valid-Until "false"' \
        "$release" "$root.new" "$mirror" >"$root.log" 2>&1 9<&- ||
        { tail -n 5 "$root.log" >&2; fail "mmdebstrap of $release failed"; }
    mkdir -p "$root.new"/{proc,dev,run,tmp,var/lib/corosync,etc/libqb}
    [[ -e $root.new/var/run ]] || ln -s ../run "$root.new/var/run"
    mv "$root.new" "$root"
fi
echo "$root"
