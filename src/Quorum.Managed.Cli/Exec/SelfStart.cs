using System.Runtime.InteropServices;
using Quorum.Managed.Ipc;

namespace Quorum.Managed.Cli;

// The first thing in Main: the process becomes what the command needs it to be, by starting the program anew in its
// place. The pid, the working directory and the descriptors stay.
internal static unsafe class SelfStart
{
    private const int StandardDescriptors = 3;
    private const int GetDescriptorFlags = 1; // F_GETFD
    private const int ReadWrite = 2;

    // Returns if nothing is to be changed, or if the program cannot be started anew.
    public static void Run(string[] args)
    {
        if (!Kernel.IsSupported)
        {
            return;
        }

        bool[] missing = [.. Enumerable.Range(0, StandardDescriptors).Select(IsMissing)];
        bool isExec = args is ["exec", ..] && StartState.FromEnvironment() is null;
        if (!isExec && !missing.Contains(value: true))
        {
            return;
        }

        ProcessImage image = ProcessImage.Read(args);
        byte[][] environment = image.Environment;
        if (isExec)
        {
            StartState start = StartState.Read();
            environment = [[.. start.Text.Select(static c => (byte)c)], .. environment];
        }

        byte** arguments = NativeText.Vector([.. image.Host, .. image.Arguments]);
        byte** variables = NativeText.Vector(environment);
        byte* program = NativeText.Copy(image.Program);
        ulong blocked = Kernel.Blocked;
        if (isExec)
        {
            // From here on signals wait. The new start reads them from a descriptor. SIGCHLD must not be ignored:
            // nobody could wait for a child then.
            Kernel.Blocked = blocked | SignalSet.Held;
            Kernel.ResetAction((int)SignalNumber.Child);
        }

        if (!OpenNull(missing) && !isExec)
        {
            // Without /dev/null the next start would find the same.
            return;
        }

        _ = Kernel.Execute(program, arguments, variables);
        Kernel.Blocked = blocked;
    }

    // What execve would close was opened by the runtime, in the place of a descriptor that the program was started
    // without.
    private static bool IsMissing(int descriptor) =>
        Kernel.FileControl(descriptor, GetDescriptorFlags) is var flags && (flags < 0 || (flags & 1) != 0);

    private static bool OpenNull(bool[] missing)
    {
        if (!missing.Contains(value: true))
        {
            return true;
        }

        fixed (byte* path = "/dev/null\0"u8)
        {
            int file = Kernel.Open(path, ReadWrite);
            if (file < 0)
            {
                return false;
            }

            for (int descriptor = 0; descriptor < missing.Length; descriptor++)
            {
                if (!missing[descriptor])
                {
                    continue;
                }

                if (file == descriptor)
                {
                    _ = Kernel.FileControl(descriptor, 2);
                }
                else
                {
                    _ = Kernel.Duplicate(file, descriptor);
                }
            }
        }

        return true;
    }
}
