#!/usr/bin/env bash
# (d) The host's /dev/shm is mounted at another place, and the sandbox has a /dev/shm of its own.
#     docker run --network=host -v /dev/shm:/run/host-shm   and   --shm-dir /run/host-shm
. "$(dirname "$0")/common.sh"
step "host's /dev/shm at /run/host-shm, --shm-dir" \
    unshare --mount bash -c 'mkdir -p /run/host-shm && mount --bind /dev/shm /run/host-shm &&
        mount -t tmpfs shm /dev/shm && exec $QUORUM status --json --shm-dir /run/host-shm'
step "without --shm-dir" \
    unshare --mount bash -c 'mount -t tmpfs shm /dev/shm && exec $QUORUM status --json'
