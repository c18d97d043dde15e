using System.Globalization;
using System.Runtime.InteropServices;

namespace Quorum.Managed.Cli;

// The program in the role of the guard: its start, its rehearsal and its loop.
internal static unsafe class GuardRole
{
    public const string Verb = "__guard";

    // The verb, the descriptor, the start state, the grace, strict or not, exec's pid; then the command.
    public const int ArgumentCount = 6;

    private const int SetDescriptorFlags = 2; // F_SETFD
    private const int CloseOnExec = 1; // FD_CLOEXEC
    private const int Milliseconds = 1_000_000;
    private const int SignalInfoBytes = 128;
    private const int SignalInfos = 16;
    private const long RemoveTime = 1_000_000_000;

    public static int Run(string[] args)
    {
        int descriptor = int.Parse(args[1], CultureInfo.InvariantCulture);
        _ = Kernel.FileControl(descriptor, SetDescriptorFlags, CloseOnExec);
        // A signal to exec's group, such as SIGKILL or SIGSTOP, must not reach the guard.
        _ = Kernel.SetGroup(0, 0);
        Kernel.AdoptOrphans();
        Kernel.SetName("quorum-guard\0"u8);

        ProcessImage image = ProcessImage.Read(args);
        StartState start = StartState.Parse(args[2])!;
        ForkPlan* plan = CommandPlan.Create(
            image.Arguments[ArgumentCount..],
            GuardProcess.WithoutRuntimeSettings(image.Environment),
            start,
            int.Parse(args[5], CultureInfo.InvariantCulture));
        CommandGroup? group = CommandGroup.Create();
        plan->GroupDescriptor = group?.Processes ?? -1;
        GuardOptions options = new(
            long.Parse(args[3], CultureInfo.InvariantCulture) * Milliseconds,
            args[4] is "strict",
            group);

        ProcessTree tree = new();
        Rehearse(tree, plan, options);
        CommandChild child = new(plan);
        Guard guard = new(tree, new Channel(descriptor), child, options);
        guard.Handle(new GuardMessage(GuardWord.Prepare));
        Loop(guard, child, new Channel(descriptor));
        if (guard.Left.Value == 0)
        {
            // The control group can be removed when the last child is gone.
            Kernel.AwaitChildren(RemoveTime);
            group?.Remove();
        }

        return guard.Left.Value == 0 ? 0 : ExitCodes.NotEnded;
    }

    // Makes the runtime compile and bind all that stopping needs, while there is memory and nothing to stop.
    private static void Rehearse(ProcessTree tree, ForkPlan* plan, GuardOptions options)
    {
        Guard guard = new(tree, new Channel(-1), new CommandChild(plan), options);
        GuardWord[] words =
        [
            GuardWord.Start, GuardWord.Allow, GuardWord.Signal, GuardWord.SignalGroup, GuardWord.Suspend,
            GuardWord.Continue, GuardWord.Stop, GuardWord.Repeat, GuardWord.Kill,
        ];
        foreach (GuardWord word in words)
        {
            guard.Handle(new GuardMessage(word, 0, long.MaxValue, long.MaxValue));
            guard.OnTime(1);
        }

        guard.OnTime(long.MaxValue);
        guard.Reap();
        guard.OnExecGone();
        _ = new Channel(-1).Receive();
    }

    private static void Loop(Guard guard, CommandChild child, Channel exec)
    {
        const int watched = 4;
        int signals = Kernel.SignalDescriptor(SignalSet.Held);
        int timer = Kernel.TimerDescriptor();
        byte* buffer = (byte*)NativeMemory.Alloc(SignalInfoBytes * SignalInfos);
        Kernel.PollDescriptor* poll = stackalloc Kernel.PollDescriptor[watched];
        bool execGone = false;
        while (!guard.IsDone)
        {
            Kernel.SetTimer(timer, guard.Deadline == long.MaxValue ? 0 : guard.Deadline);
            // A descriptor of -1 is not looked at.
            poll[0] = new() { Descriptor = execGone ? -1 : exec.Descriptor, Events = Kernel.PollIn };
            poll[1] = new() { Descriptor = signals, Events = Kernel.PollIn };
            poll[2] = new() { Descriptor = timer, Events = Kernel.PollIn };
            poll[3] = new() { Descriptor = child.Report, Events = Kernel.PollIn };
            _ = Kernel.Poll(poll, watched, guard.Patience);
            _ = Kernel.Read(signals, buffer, SignalInfoBytes * SignalInfos);
            _ = Kernel.Read(timer, buffer, sizeof(long));
            while (!execGone)
            {
                GuardMessage? message = exec.Receive();
                if (message is null)
                {
                    execGone = true;
                    guard.OnExecGone();
                }
                else if (message.Value.Word == GuardWord.None)
                {
                    break;
                }
                else
                {
                    guard.Handle(message.Value);
                }
            }

            if (poll[3].Returned != 0 && child.Report >= 0)
            {
                guard.OnReport();
            }

            guard.Reap();
            guard.OnTime(Kernel.Now);
        }
    }
}
