using Quorum.Managed.Ipc;

namespace Quorum.Managed.Cli;

// The process that becomes the command: forked before there is quorum, it waits for the word. The guard is its parent.
internal sealed unsafe class CommandChild(ForkPlan* plan)
{
    private const long ReadyNanoseconds = 1_000_000_000;
    private const int Attempts = 5;
    private const int SetStatusFlags = 4; // F_SETFL

    private int _ours = -1;
    private bool _started;
    private bool _reaped;

    public int Pid { get; private set; }

    // Readable when execve has succeeded (the end) or failed (the error number); -1 when there is nothing to wait for.
    public int Report => _started ? _ours : -1;

    // Returns 0 or the error number. A child that does not answer at once is replaced: the
    // runtime of the parent may have been about to stop its threads when it was forked, and it would wait for ever.
    public int Fork()
    {
        int error = Errno.EAGAIN;
        int* ends = stackalloc int[2];
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            error = -Kernel.SocketPair(ends);
            if (error != 0)
            {
                return error;
            }

            _ = Kernel.FileControl(ends[1], SetStatusFlags); // the child waits
            plan->ReportDescriptor = ends[1];
            int pid = Cli.Fork.Start(plan);
            Kernel.Close(ends[1]);
            _ours = ends[0];
            if (pid < 0)
            {
                Close();
                error = -pid;
                continue;
            }

            Pid = pid;
            _reaped = false;
            if (IsReady())
            {
                return 0;
            }

            Abandon();
        }

        return error;
    }

    // The command begins to run.
    public void Start()
    {
        byte word = 1;
        _started = true;
        _ = Kernel.Write(_ours, &word, 1);
    }

    // Reads the report: 0 when the command runs, or the error number.
    public int ReadReport()
    {
        int error = 0;
        int got = Kernel.Read(_ours, &error, sizeof(int));
        Close();
        return got == sizeof(int) ? error : 0;
    }

    // The kernel may give its pid to another process now.
    public void OnReaped() => _reaped = true;

    // Ends a child that was never started.
    public void Abandon()
    {
        if (Pid > 1 && !_reaped)
        {
            _ = Kernel.Kill(Pid, SignalNumber.Kill);
        }

        Close();
    }

    private bool IsReady()
    {
        Kernel.PollDescriptor wait = new() { Descriptor = _ours, Events = Kernel.PollIn };
        byte word = 0;
        return Kernel.Poll(&wait, 1, ReadyNanoseconds) > 0 && Kernel.Read(_ours, &word, 1) == 1;
    }

    private void Close()
    {
        Kernel.Close(_ours);
        _ours = -1;
        _started = false;
    }
}
