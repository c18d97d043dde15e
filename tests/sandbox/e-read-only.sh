#!/usr/bin/env bash
# (e) The sandbox has a read-only root. In the second step it has no /proc either.
#     docker run --read-only --network=host -v /dev/shm:/dev/shm
. "$(dirname "$0")/common.sh"
step "read-only root, /tmp and /run" \
    unshare --mount bash -c 'mount -t tmpfs -o ro none /tmp; mount -o remount,ro /run; mount -o remount,bind,ro /
        if touch /x 2>/dev/null; then echo writable; fi; exec $QUORUM status --json'
step "and no /proc" \
    unshare --mount bash -c 'mount -t tmpfs -o ro none /tmp; mount -o remount,bind,ro /
        mount -t tmpfs -o ro none /proc; exec $QUORUM status --json'
