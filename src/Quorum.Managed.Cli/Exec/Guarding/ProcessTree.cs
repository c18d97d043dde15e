using System.Runtime.InteropServices;

namespace Quorum.Managed.Cli;

// The descendants of this process, read from /proc. All memory is taken in the constructor.
internal sealed unsafe class ProcessTree
{
    private const int Most = 65536;
    private const int DirectoryBytes = 32768;
    private const int StatBytes = 512;
    private const int NoSuchProcess = 3; // ESRCH
    private const int MostPasses = 5;

    private readonly int _root = Kernel.ProcessId;
    private readonly int _directory;
    private readonly int* _pids;
    private readonly int* _parents;
    private readonly byte* _descends;
    private readonly byte* _states;
    private readonly int* _before;
    private readonly byte* _entries;
    private readonly byte* _stat;
    private readonly byte* _name;
    private int _count;

    public ProcessTree()
    {
        _pids = (int*)Touched(Most * sizeof(int));
        _parents = (int*)Touched(Most * sizeof(int));
        _descends = (byte*)Touched(Most);
        _states = (byte*)Touched(Most);
        _before = (int*)Touched(Most * sizeof(int));
        _entries = (byte*)Touched(DirectoryBytes);
        _stat = (byte*)Touched(StatBytes);
        _name = (byte*)Touched(64);
        fixed (byte* path = "/proc\0"u8)
        {
            _directory = Kernel.Open(path, 0);
        }

        CanRead = Read() > 0 && _count > 0;
    }

    // False without /proc. Then the command's group is all that can be signalled.
    public bool CanRead { get; }

    // A process that the last SignalAll was not allowed to signal, or zero, and the error number.
    public int Refused { get; private set; }

    public int Error { get; private set; }

    // The number of descendants that the last SignalAll found, and of those that were not stopped.
    public int Found { get; private set; }

    public int Running { get; private set; }

    // The pid of one of them.
    public int Example { get; private set; }

    // Signals each descendant once. With repeat, also those that are forked meanwhile: not for SIGTERM, which would end
    // what a command starts for its clean-up. Without /proc, the group is signalled.
    public void SignalAll(SignalNumber signal, int group, bool repeat)
    {
        Refused = Error = Found = Running = Example = 0;
        if (!CanRead)
        {
            int result = group > 1 ? Kernel.Kill(-group, signal) : 0;
            Found = Running = result == 0 ? 1 : 0;
            return;
        }

        int seen = 0;
        for (int pass = 0; pass < (repeat ? MostPasses : 1); pass++)
        {
            _ = Read();
            int added = 0;
            int descendants = 0;
            for (int i = 0; i < _count; i++)
            {
                if (_descends[i] == 0 || IsEnded(_states[i]))
                {
                    continue;
                }

                if (Find(_before, seen, _pids[i]) < 0)
                {
                    added++;
                    Signal(_pids[i], signal, _states[i]);
                }

                // Entries that are still to be read lie behind this one.
                _pids[descendants++] = _pids[i];
            }

            new ReadOnlySpan<int>(_pids, descendants).CopyTo(new Span<int>(_before, Most));
            seen = descendants;
            if (added == 0)
            {
                return;
            }
        }
    }

    private static nint Touched(int bytes)
    {
        nint memory = (nint)NativeMemory.Alloc((nuint)bytes);
        new Span<byte>((void*)memory, bytes).Fill(1);
        return memory;
    }

    private static bool IsEnded(byte state) => state is (byte)'Z' or (byte)'X';

    // The place of a number in a sorted list, or -1.
    private static int Find(int* numbers, int count, int number)
    {
        int place = new ReadOnlySpan<int>(numbers, count).BinarySearch<int, int>(number);
        return place < 0 ? -1 : place;
    }

    private void Signal(int pid, SignalNumber signal, byte state)
    {
        int result = Kernel.Kill(pid, signal);
        if (result == -NoSuchProcess)
        {
            return;
        }

        Found++;
        Running += state is (byte)'T' or (byte)'t' ? 0 : 1;
        Example = pid;
        if (result < 0)
        {
            Refused = pid;
            Error = -result;
        }
    }

    // Reads all processes and marks those that descend from this one. Returns the number of entries, zero on failure.
    private int Read()
    {
        _count = 0;
        if (_directory < 0 || Kernel.SeekToStart(_directory) < 0)
        {
            return 0;
        }

        int entries = 0;
        int bytes;
        while ((bytes = Kernel.ReadDirectory(_directory, _entries, DirectoryBytes)) > 0)
        {
            // struct linux_dirent64: inode 8, offset 8, length 2, type 1, name.
            for (int at = 0; at < bytes; at += *(ushort*)(_entries + at + 16))
            {
                entries++;
                byte* name = _entries + at + 19;
                if (*name is >= (byte)'1' and <= (byte)'9' && _count < Most)
                {
                    ReadProcess(name);
                }
            }
        }

        Mark();
        return entries;
    }

    private void ReadProcess(byte* name)
    {
        int pid = 0;
        int length = 0;
        for (; name[length] is >= (byte)'0' and <= (byte)'9' && length < 12; length++)
        {
            pid = (pid * 10) + name[length] - '0';
            _name[length] = name[length];
        }

        "/stat\0"u8.CopyTo(new Span<byte>(_name + length, 6));
        int file = Kernel.Open(_name, 0, _directory);
        if (file < 0)
        {
            return;
        }

        int bytes = Kernel.Read(file, _stat, StatBytes);
        Kernel.Close(file);
        // pid (name) state parent: the name can contain anything, also parentheses.
        int end = bytes - 1;
        while (end > 0 && _stat[end] != ')')
        {
            end--;
        }

        if (end <= 0 || end + 4 >= bytes)
        {
            return;
        }

        int parent = 0;
        for (int at = end + 4; at < bytes && _stat[at] is >= (byte)'0' and <= (byte)'9'; at++)
        {
            parent = (parent * 10) + _stat[at] - '0';
        }

        _pids[_count] = pid;
        _parents[_count] = parent;
        _descends[_count] = 0;
        _states[_count] = _stat[end + 2];
        _count++;
    }

    // /proc is sorted by number, so a parent is found by binary search. A child can have the lower number.
    private void Mark()
    {
        bool changed = true;
        while (changed)
        {
            changed = false;
            for (int i = 0; i < _count; i++)
            {
                if (_descends[i] == 0 && (_parents[i] == _root || IsMarked(_parents[i])))
                {
                    _descends[i] = 1;
                    changed = true;
                }
            }
        }
    }

    private bool IsMarked(int pid)
    {
        int place = Find(_pids, _count, pid);
        return place >= 0 && _descends[place] != 0;
    }
}
