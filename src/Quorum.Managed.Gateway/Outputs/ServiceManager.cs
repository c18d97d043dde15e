using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Quorum.Managed.Gateway;

// systemd's notifications: ready, the state in words, and the watchdog while the loop goes round. By hand, because
// Microsoft.Extensions.Hosting.Systemd knows neither the status nor the watchdog. Source: sd_notify(3).
internal sealed class ServiceManager : IChangeOutput, IDisposable
{
    private readonly Socket? _socket;
    private readonly UnixDomainSocketEndPoint? _manager;
    private readonly bool _watchdog;
    private string _status = "";
    private bool _ready;

    public ServiceManager(IHostApplicationLifetime lifetime)
    {
        if (Environment.GetEnvironmentVariable("NOTIFY_SOCKET") is not { Length: > 1 } path)
        {
            return;
        }

        // A leading @ means the abstract namespace.
        _manager = new UnixDomainSocketEndPoint(path[0] == '@' ? "\0" + path[1..] : path);
        _socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { Blocking = false };
        _watchdog = Environment.GetEnvironmentVariable("WATCHDOG_USEC") is { Length: > 0 }
            && (Environment.GetEnvironmentVariable("WATCHDOG_PID") is not { Length: > 0 } pid
                || string.Equals(
                    pid, Environment.ProcessId.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));
        lifetime.ApplicationStopping.Register(() => Send("STOPPING=1"));
    }

    // It serves.
    public void Ready()
    {
        _ready = true;
        Send("READY=1\nSTATUS=" + _status);
    }

    public void OnChanged(QuorumSnapshot snapshot)
    {
        _status = snapshot.ToString().ReplaceLineEndings(" ");
        if (_ready)
        {
            Send("STATUS=" + _status);
        }
    }

    // The loop ticks once a second, which is often enough: systemd's shortest sensible watchdog has some seconds.
    public void OnTick(QuorumSnapshot snapshot)
    {
        if (_watchdog)
        {
            Send("WATCHDOG=1");
        }
    }

    public void Dispose() => _socket?.Dispose();

    private void Send(string message)
    {
        try
        {
            _socket?.SendTo(Encoding.UTF8.GetBytes(message), _manager!);
        }
        catch (SocketException)
        {
            // A manager that does not listen changes nothing here.
        }
    }
}
