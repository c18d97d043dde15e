#!/usr/bin/env bash
# (b) Own network namespace; the daemon's socket files are bind-mounted, and so is /dev/shm.
#     docker run -v /tmp/quorum:/run/quorum -v /tmp/cmap:/run/cmap -v /dev/shm:/dev/shm   (with /etc/libqb/force-filesystem-sockets on the host)
# cmap's tells corosync 2.x from 3.x. With the daemon's socket transport this cannot work: its datagram sockets are abstract all the same, and the error says so.
. "$(dirname "$0")/common.sh"
export SOCKETS=${SOCKETS:-/tmp}
# Run in the sandbox: a /run of its own, with these sockets in it.
sockets='mount -t tmpfs none /run; for s in $SERVICES; do touch /run/$s; mount --bind $SOCKETS/$s /run/$s; done'
SERVICES="quorum cmap" step "own network namespace, socket files bind-mounted" \
    unshare --mount --net bash -c "$sockets; exec \$QUORUM status --json --endpoint unix:/run/quorum"
SERVICES="quorum cmap" step "the same, found automatically, with no other /tmp" \
    unshare --mount --net bash -c "$sockets; mount -t tmpfs none /tmp; exec \$QUORUM status --json"
SERVICES="" step "own network namespace, nothing mounted" \
    unshare --mount --net bash -c "$sockets; mount -t tmpfs none /tmp; exec \$QUORUM status --json"
SERVICES="quorum" step "own network namespace, quorum's socket file alone" \
    unshare --mount --net bash -c "$sockets; exec \$QUORUM status --json --endpoint unix:/run/quorum"
