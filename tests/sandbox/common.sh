# The sandboxes source this file. Each sandbox script is a container built by hand. It runs as root in a node of
# tests/cluster, which plays the host (cluster exec K tests/sandbox/a-host-network.sh). For each step it prints a line
# "# what" and the output of the quorum command.
#
# QUORUM names the command, for example "dotnet /path/quorum.dll". Default: quorum.
set -euo pipefail
QUORUM=${QUORUM:-quorum}
# Diagnostics are off, because without a writable /tmp the runtime cannot make its diagnostics socket and complains.
export DOTNET_EnableDiagnostics=0 DOTNET_CLI_HOME=/nonexistent HOME=/nonexistent QUORUM

# step WHAT COMMAND..: runs COMMAND and prints its exit code. It does not return the exit code, because a step may show
# a refusal.
step() {
    local code=0
    echo "# $1"
    shift
    "$@" 2>&1 || code=$?
    echo "exit $code"
}
