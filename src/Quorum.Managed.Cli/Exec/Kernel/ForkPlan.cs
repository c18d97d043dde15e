namespace Quorum.Managed.Cli;

// What a forked child does, in native memory, so that the child reads nothing of the runtime's.
internal unsafe struct ForkPlan
{
    public CallNumbers Numbers;
    public int Rehearsal;

    // The command: it gets a group, SIGKILL when its parent dies, and waits for a byte. Else the child runs at once.
    public int IsCommand;
    public int Parent;

    // cgroup.procs of the command's own control group, or -1.
    public int GroupDescriptor;

    // The child's end of a socket: it writes a byte when it is ready, reads a byte when it may run, and writes the
    // error number if it cannot. Closes on execve.
    public int ReportDescriptor;

    // A descriptor that execve leaves open besides the inherited ones, or -1.
    public int KeptDescriptor;

    public ulong Ignored;
    public ulong Blocked;
    public fixed ulong OpenFiles[2];
    public nint* Action;

    // The candidates for the program, in their order.
    public byte** Paths;
    public int PathCount;
    public byte** Arguments;
    public byte** Environment;
    public byte* Shell;
    public byte** ShellArguments;

    // The places in the environment where the command's pid belongs.
    public byte** Pids;
    public int PidCount;
}
