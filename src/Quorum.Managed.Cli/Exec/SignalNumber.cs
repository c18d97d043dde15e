namespace Quorum.Managed.Cli;

// Linux's numbers of signals, which are the same on every architecture that exec supports. PosixSignal has numbers of
// its own, but a cast of these is accepted wherever a PosixSignal is.
internal enum SignalNumber
{
    None = 0,
    HangUp = 1,
    Interrupt = 2,
    Quit = 3,
    Kill = 9,
    User1 = 10,
    User2 = 12,
    Pipe = 13,
    Terminate = 15,
    Child = 17,
    Continue = 18,
    Stop = 19,
    TerminalStop = 20,
    TerminalInput = 21,
    TerminalOutput = 22,
    Urgent = 23,
    WindowChange = 28,
}
