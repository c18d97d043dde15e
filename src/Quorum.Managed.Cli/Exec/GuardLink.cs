namespace Quorum.Managed.Cli;

// What exec knows of its guard, and what it does when the guard does not do its work.
internal sealed unsafe class GuardLink
{
    private const int NoChild = -10; // ECHILD
    private const long Second = 1_000_000_000;
    private const long Prompt = Second / 2;
    private const long KillTime = 3 * Second;
    private const long KillInterval = Second / 50;
    private const long PrepareTime = 30 * Second;

    private readonly ProcessTree _tree = new();
    private readonly Queue<GuardMessage> _postponed = new();
    private readonly GuardProcess _guard;
    private readonly long _grace;
    private bool _answered;
    private long _stopAt;
    private long _preparedSince = Kernel.Now;

    public GuardLink(GuardProcess guard, TimeSpan grace, Action<string> say)
    {
        _guard = guard;
        _grace = Kernel.Nanoseconds(grace);
        if (!_tree.CanRead)
        {
            say("/proc cannot be read: only the command's process group can be stopped");
        }
    }

    public int Descriptor => IsGone ? -1 : _guard.Descriptor;

    public bool IsGone { get; private set; }

    // Whether a process waits to become the command.
    public bool IsReady { get; private set; }

    // The command's pid, and the number of its group.
    public int Command { get; private set; }

    public void Send(GuardMessage message) => _ = _guard.Channel.Send(message);

    public void Start(GuardMessage allowance)
    {
        IsReady = false;
        _stopAt = 0;
        Send(allowance);
    }

    public void Stop(SignalNumber signal)
    {
        _answered = false;
        _stopAt = Kernel.Now;
        Send(new GuardMessage(GuardWord.Stop, (int)signal));
    }

    // The guard has begun to stop the command by itself.
    public void OnStops()
    {
        _answered = true;
        _stopAt = Kernel.Now;
    }

    // Returns when every process of the command is stopped, or the guard does not answer.
    public void Suspend()
    {
        List<GuardMessage> late = [];
        Send(new GuardMessage(GuardWord.Suspend));
        Kernel.PollDescriptor poll = new() { Descriptor = Descriptor, Events = Kernel.PollIn };
        while (Kernel.Poll(&poll, 1, Prompt) > 0 && Receive() is { } message && message.Word != GuardWord.Suspended)
        {
            late.Add(message);
        }

        late.ForEach(_postponed.Enqueue);
    }

    // The next message, null if there is none.
    public GuardMessage? Receive()
    {
        if (_postponed.TryDequeue(out GuardMessage postponed))
        {
            return postponed;
        }

        if (IsGone)
        {
            return null;
        }

        GuardMessage? message = _guard.Channel.Receive();
        IsGone = message is null;
        if (message is not { } received || received.Word == GuardWord.None)
        {
            return null;
        }

        if (received.Word == GuardWord.Ready)
        {
            Command = received.Value;
            IsReady = true;
        }

        _answered |= received.Word is GuardWord.Stopping or GuardWord.Gone;
        return received;
    }

    // Ends everything itself if the guard is gone or has not done so in time. Then returns what is left.
    public GuardMessage? TakeOver(long now)
    {
        long waited = now - _stopAt;
        if (waited > Prompt)
        {
            Continue();
        }

        bool late = _answered ? waited > _grace + (2 * KillTime) : waited > 3 * Prompt;
        return IsGone || late ? KillAll() : null;
    }

    // Takes note of the guard's end, and of orphans.
    public void Reap()
    {
        int status = 0;
        int pid;
        while ((pid = Kernel.Wait(&status, Kernel.NoHang)) > 0)
        {
            IsGone |= pid == _guard.Pid;
        }
    }

    // Ends the guard. One that was killed could not remove its control group.
    public void Close()
    {
        Kernel.Close(_guard.Descriptor);
        if (!IsGone)
        {
            // Exec may have other children: those of the shell that became exec.
            Continue();
            Kernel.AwaitChildren(2 * Second, last: _guard.Pid);
        }

        CommandGroup.RemoveFor(_guard.Pid);
    }

    // The command may run on. A guard that somebody has stopped could not keep to the end of a lease.
    public void Allow(GuardMessage allowance, bool isLease)
    {
        if (isLease)
        {
            Continue();
        }

        Send(allowance);
    }

    // Asks for a process that waits to become the command.
    public void Prepare()
    {
        _preparedSince = Kernel.Now;
        Send(new GuardMessage(GuardWord.Prepare));
    }

    // There is no such process, although it takes milliseconds to prepare one.
    public bool IsSilent(long now) => !IsReady && now - _preparedSince > PrepareTime;

    // Somebody may have stopped the guard.
    private void Continue()
    {
        if (!IsGone)
        {
            _ = Kernel.Kill(_guard.Pid, SignalNumber.Continue);
        }
    }

    private GuardMessage KillAll()
    {
        IsGone = true;
        long begin = Kernel.Now;
        do
        {
            _tree.SignalAll(SignalNumber.Kill, Command, repeat: true);
            int status = 0;
            int pid;
            while ((pid = Kernel.Wait(&status, Kernel.NoHang)) > 0)
            {
                // One less.
            }

            if (pid == NoChild)
            {
                return new GuardMessage(GuardWord.Gone);
            }

            _ = Kernel.Poll(null, 0, KillInterval);
        }
        while (Kernel.Now - begin < KillTime);

        int left = _tree.Error != 0 ? _tree.Refused : _tree.Example;
        return new GuardMessage(GuardWord.Gone, Math.Max(1, _tree.Found), left, _tree.Error);
    }
}
