#!/usr/bin/env bash
# (c) The sandbox has a user namespace whose root is uid 1000 outside. corosync.conf allows uid 1000
#     (uidgid { uid: 1000 }).
#     podman run --network=host -v /dev/shm:/dev/shm, started by uid 1000
# Root of the host has no uid inside and shows as 65534. Its socket is accepted at an abstract address, and not believed
# at a path.
. "$(dirname "$0")/common.sh"
as_user() { setpriv --reuid 1000 --regid 1000 --clear-groups "$@"; }
step "uid 1000 is root in its user namespace" \
    as_user unshare --user --map-root-user bash -c 'grep -q " 1000 " /proc/self/uid_map && exec $QUORUM status --json'
if [[ -n ${SOCKET:-} ]]; then
    step "the same at a path, where root shows as 65534" \
        as_user unshare --user --map-root-user bash -c 'exec $QUORUM status --json --endpoint "unix:$SOCKET"'
fi
