using System.Runtime.InteropServices;

namespace Quorum.Managed.Cli;

// What exec and its guard tell each other, one message a packet. Times are nanoseconds of CLOCK_BOOTTIME.
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct GuardMessage(GuardWord Word, int Value, long First, long Second)
{
    public GuardMessage(GuardWord word, int value = 0)
        : this(word, value, 0, 0)
    {
    }
}
