#!/usr/bin/env bash
# (f) The client has uid 1000, no capability, and no_new_privs. In the second step it also has a seccomp filter that
#     refuses the calls that Docker's filter refuses, and statx.
#     docker run --user 1000 --cap-drop=ALL --security-opt=no-new-privileges
# SECCOMP names the compiled tests/native/seccomp.c. Without it the second step is left out.
. "$(dirname "$0")/common.sh"
plain() { setpriv --reuid 1000 --regid 1000 --clear-groups --inh-caps=-all --bounding-set=-all --no-new-privs "$@"; }
step "uid 1000, no capabilities" \
    plain bash -c 'grep CapBnd /proc/self/status; exec $QUORUM status --json'
if [[ -n ${SECCOMP:-} ]]; then
    step "and a seccomp filter" plain "$SECCOMP" bash -c 'grep Seccomp: /proc/self/status; exec $QUORUM status --json'
fi
