#!/usr/bin/env bash
# (f) Uid 1000 without any capability, with no_new_privs; then also under a seccomp filter that refuses what Docker's does, and statx.
#     docker run --user 1000 --cap-drop=ALL --security-opt=no-new-privileges
# SECCOMP is tests/native/seccomp.c, compiled.
. "$(dirname "$0")/common.sh"
plain() { setpriv --reuid 1000 --regid 1000 --clear-groups --inh-caps=-all --bounding-set=-all --no-new-privs "$@"; }
step "uid 1000, no capabilities" \
    plain bash -c 'grep CapBnd /proc/self/status; exec $QUORUM status --json'
if [[ -n ${SECCOMP:-} ]]; then
    step "and a seccomp filter" plain "$SECCOMP" bash -c 'grep Seccomp: /proc/self/status; exec $QUORUM status --json'
fi
