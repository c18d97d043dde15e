#!/usr/bin/env bash
# (b) The sandbox has its own network namespace. The daemon's socket files and /dev/shm are bind-mounted.
#     docker run -v /tmp/quorum:/run/quorum -v /tmp/cmap:/run/cmap -v /dev/shm:/dev/shm
#     with /etc/libqb/force-filesystem-sockets on the host
# The socket of cmap serves to tell corosync 2.x from 3.x. This sandbox cannot work with the daemon's socket transport,
# whose datagram sockets are abstract all the same. The error says so.
. "$(dirname "$0")/common.sh"
export SOCKETS=${SOCKETS:-/tmp}
# Runs inside the sandbox: mounts a /run of its own, with the sockets of these services in it.
sockets='mount -t tmpfs none /run; for s in $SERVICES; do touch /run/$s; mount --bind $SOCKETS/$s /run/$s; done'
SERVICES="quorum cmap" step "own network namespace, socket files bind-mounted" \
    unshare --mount --net bash -c "$sockets; exec \$QUORUM status --json --endpoint unix:/run/quorum"
SERVICES="quorum cmap" step "the same, found automatically, with no other /tmp" \
    unshare --mount --net bash -c "$sockets; mount -t tmpfs none /tmp; exec \$QUORUM status --json"
SERVICES="" step "own network namespace, nothing mounted" \
    unshare --mount --net bash -c "$sockets; mount -t tmpfs none /tmp; exec \$QUORUM status --json"
SERVICES="quorum" step "own network namespace, quorum's socket file alone" \
    unshare --mount --net bash -c "$sockets; exec \$QUORUM status --json --endpoint unix:/run/quorum"
