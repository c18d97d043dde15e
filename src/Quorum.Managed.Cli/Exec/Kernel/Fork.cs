using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Quorum.Managed.Ipc;
using Quorum.Managed.Ipc.Interop;

namespace Quorum.Managed.Cli;

// fork(2) and execve(2). Written by hand because .NET's Process can neither set up the child in between nor let it
// wait, and needs SIGCHLD. The child has no runtime: it makes system calls and does nothing else.
internal static unsafe class Fork
{
    // Compiled once and for good at its first call: the child has no compiler.
    private const MethodImplOptions Compiled = MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining;

    private const int DescriptorFlags = 2; // F_SETFD
    private const int ParentDeathSignal = 1; // PR_SET_PDEATHSIG
    private const int OpenFilesResource = 7;
    private const int SetMask = 2;
    private const int ChildSignal = 17;
    private const int Enoexec = 8;

    // Starts the child of a plan. Returns its pid, or minus the error number.
    public static int Start(ForkPlan* plan)
    {
        plan->Numbers = Numbers();
        // The first call of each function binds it. The child must not: the binding takes locks.
        plan->Rehearsal = 1;
        _ = Run(plan);
        plan->Rehearsal = 0;
        return Run(plan);
    }

    private static CallNumbers Numbers()
    {
        KernelNumbers numbers = KernelNumbers.Current!;
        return new CallNumbers
        {
            Read = numbers.Read,
            Write = numbers.Write,
            FileControl = numbers.FileControl,
            SignalAction = numbers.SignalAction,
            SignalMask = numbers.SignalMask,
            GetPid = numbers.GetPid,
            GetParent = numbers.GetParent,
            SetGroup = numbers.SetGroup,
            Control = numbers.Control,
            Limit = numbers.Limit,
            Clone = numbers.Fork,
            Execute = numbers.Execute,
            Exit = numbers.Exit,
            FlagsAreSecond = RuntimeInformation.ProcessArchitecture == Architecture.S390x ? 1 : 0,
        };
    }

    [MethodImpl(Compiled)]
    private static int Run(ForkPlan* plan)
    {
        CallNumbers* call = &plan->Numbers;
        if (plan->Rehearsal != 0)
        {
            _ = Call(call->GetPid);
            AwaitWord(plan);
            BecomeAsStarted(plan);
            return Execute(plan) - Error();
        }

        nint first = call->FlagsAreSecond != 0 ? 0 : ChildSignal;
        nint child = Call(call->Clone, first, ChildSignal - first);
        if (child != 0)
        {
            return child > 0 ? (int)child : -Error();
        }

        if (plan->IsCommand != 0)
        {
            AwaitWord(plan);
            BecomeAsStarted(plan);
        }

        _ = Call(call->SignalMask, SetMask, (nint)(&plan->Blocked), 0, sizeof(ulong));
        if (plan->KeptDescriptor >= 0)
        {
            _ = Call(call->FileControl, plan->KeptDescriptor, DescriptorFlags, 0);
        }

        int error = Execute(plan);
        _ = Call(call->Write, plan->ReportDescriptor, (nint)(&error), sizeof(int));
        _ = Call(call->Exit, 127);
        return 0;
    }

    // Tells that it is ready, and waits. The end of the descriptor means that there will be no word.
    [MethodImpl(Compiled)]
    private static void AwaitWord(ForkPlan* plan)
    {
        CallNumbers* call = &plan->Numbers;
        byte zero = (byte)'0';
        if (plan->Rehearsal != 0)
        {
            return;
        }

        _ = Call(call->SetGroup, 0, 0);
        _ = Call(call->Control, ParentDeathSignal, 9);
        if (Call(call->GetParent) != plan->Parent)
        {
            // The parent died before its death could be watched.
            _ = Call(call->Exit, 137);
        }

        if (plan->GroupDescriptor >= 0)
        {
            _ = Call(call->Write, plan->GroupDescriptor, (nint)(&zero), 1);
        }

        _ = Call(call->Write, plan->ReportDescriptor, (nint)(&zero), 1);
        nint got;
        do
        {
            got = Call(call->Read, plan->ReportDescriptor, (nint)(&zero), 1);
        }
        while (got < 0 && Error() == Errno.EINTR);

        if (got != 1)
        {
            _ = Call(call->Exit, 137);
        }
    }

    // The pid in the environment, the actions of the signals and the limit of open files.
    [MethodImpl(Compiled)]
    private static void BecomeAsStarted(ForkPlan* plan)
    {
        CallNumbers* call = &plan->Numbers;
        if (plan->Rehearsal != 0)
        {
            return;
        }

        nint pid = Call(call->GetPid);
        for (int i = 0; i < plan->PidCount; i++)
        {
            byte* text = plan->Pids[i];
            int digits = 0;
            for (nint rest = pid; rest > 0; rest /= 10)
            {
                digits++;
            }

            text[digits] = 0;
            for (nint rest = pid; rest > 0; rest /= 10)
            {
                text[--digits] = (byte)('0' + (rest % 10));
            }
        }

        for (int signal = 1; signal <= 64; signal++)
        {
            plan->Action[0] = ((plan->Ignored >> (signal - 1)) & 1) != 0 ? 1 : 0;
            _ = Call(call->SignalAction, signal, (nint)plan->Action, 0, sizeof(ulong));
        }

        if (plan->OpenFiles[0] != 0)
        {
            _ = Call(call->Limit, 0, OpenFilesResource, (nint)plan->OpenFiles, 0);
        }
    }

    // As execvp(3): a file that is no program and has no #! is run by the shell. Returns the most telling error.
    [MethodImpl(Compiled)]
    private static int Execute(ForkPlan* plan)
    {
        CallNumbers* call = &plan->Numbers;
        int error = Errno.ENOENT;
        for (int i = 0; i < plan->PathCount && plan->Rehearsal == 0; i++)
        {
            _ = Call(call->Execute, (nint)plan->Paths[i], (nint)plan->Arguments, (nint)plan->Environment);
            int result = Error();
            if (result == Enoexec && plan->ShellArguments != null)
            {
                plan->ShellArguments[1] = plan->Paths[i];
                _ = Call(call->Execute, (nint)plan->Shell, (nint)plan->ShellArguments, (nint)plan->Environment);
                result = Error();
            }

            if (result is not Errno.ENOENT and not Errno.ENOTDIR)
            {
                error = result;
                if (result != Errno.EACCES)
                {
                    break;
                }
            }
        }

        return error;
    }

    // One place for all calls, so that the rehearsal has bound and compiled what the child uses.
    [MethodImpl(Compiled)]
    private static nint Call(int number, nint first = 0, nint second = 0, nint third = 0, nint fourth = 0) =>
        Syscall.InvokeInPlace(number, first, second, third, fourth);

    [MethodImpl(Compiled)]
    private static int Error() => Marshal.GetLastSystemError();
}
