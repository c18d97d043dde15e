#!/usr/bin/env bash
# (a) The sandbox has its own mount, PID, UTS and IPC namespaces, and the host's network and /dev/shm.
#     docker run --network=host -v /dev/shm:/dev/shm
. "$(dirname "$0")/common.sh"
step "own mount, pid, uts and ipc namespaces" \
    unshare --mount --pid --fork --mount-proc --uts --ipc bash -c 'hostname sandbox; exec $QUORUM status --json'
