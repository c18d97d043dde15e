namespace Quorum.Managed.Cli;

// The system calls between fork and execve.
internal struct CallNumbers
{
    public int Read;
    public int Write;
    public int FileControl;
    public int SignalAction;
    public int SignalMask;
    public int GetPid;
    public int GetParent;
    public int SetGroup;
    public int Control;
    public int Limit;
    public int Clone;
    public int Execute;
    public int Exit;

    // s390x takes the flags of clone(2) after the stack.
    public int FlagsAreSecond;
}
