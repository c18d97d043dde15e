# Shared by the sandboxes: to be sourced. Each script is a container built by hand: it runs in a node of tests/cluster, which plays the host
# (cluster exec K tests/sandbox/a-host-network.sh), as root, and prints a line "# what" and the output of the quorum command for each step.
#
# QUORUM names the command, for example "dotnet /path/quorum.dll"; default: quorum.
set -euo pipefail
QUORUM=${QUORUM:-quorum}
# Without a writable /tmp the runtime cannot make its diagnostics socket, and says so.
export DOTNET_EnableDiagnostics=0 DOTNET_CLI_HOME=/nonexistent HOME=/nonexistent QUORUM

# step WHAT COMMAND..: its exit code is printed, not returned, as a refusal can be what is shown.
step() {
    local code=0
    echo "# $1"
    shift
    "$@" 2>&1 || code=$?
    echo "exit $code"
}
