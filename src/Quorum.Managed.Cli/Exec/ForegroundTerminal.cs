using System.Runtime.InteropServices;

namespace Quorum.Managed.Cli;

// The controlling terminal, and which process group may use it.
internal sealed unsafe class ForegroundTerminal
{
    private const int ReadWrite = 2;
    private const int NoControl = 0x100; // O_NOCTTY

    private static readonly (nint Get, nint Set) Requests =
        RuntimeInformation.ProcessArchitecture == Architecture.Ppc64le
            ? (0x40047477, unchecked((nint)0x80047476))
            : (0x540F, 0x5410);

    private readonly int _terminal;
    private readonly int _ownGroup;
    private bool _given;

    public ForegroundTerminal(int ownGroup)
    {
        _ownGroup = ownGroup;
        fixed (byte* path = "/dev/tty\0"u8)
        {
            _terminal = Kernel.Open(path, ReadWrite | NoControl);
        }
    }

    // Whether the terminal is the command's.
    public bool IsGiven => _given;

    // Gives the terminal to a group if exec's own group has it. False if it has not.
    public bool Give(int group)
    {
        int holder = 0;
        _given = _terminal >= 0
            && Kernel.DeviceControl(_terminal, Requests.Get, &holder) == 0
            && (holder == _ownGroup || holder == group)
            && Kernel.DeviceControl(_terminal, Requests.Set, &group) == 0;
        return _given;
    }

    // SIGTTOU is blocked here: taking the terminal from the background does not stop exec.
    public void TakeBack()
    {
        if (_given)
        {
            _given = false;
            int group = _ownGroup;
            _ = Kernel.DeviceControl(_terminal, Requests.Set, &group);
        }
    }
}
