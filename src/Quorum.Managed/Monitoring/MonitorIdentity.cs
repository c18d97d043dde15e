using System.Collections.Concurrent;

namespace Quorum.Managed;

// A monitor in metrics and traces: its name, and its number among the living monitors of that name.
internal sealed class MonitorIdentity : IDisposable
{
    private static readonly ConcurrentDictionary<(string Name, int Instance), byte> Taken = new();

    private MonitorIdentity(string name, int instance)
    {
        Name = name;
        Instance = instance;
    }

    public string Name { get; }

    public int Instance { get; }

    // The smallest number that is free.
    public static MonitorIdentity Take(string name)
    {
        int instance = 1;
        while (!Taken.TryAdd((name, instance), 0))
        {
            instance++;
        }

        return new MonitorIdentity(name, instance);
    }

    public void Dispose() => Taken.TryRemove((Name, Instance), out _);
}
