using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Quorum.Managed.Gateway;

// Where the gateway listens: a Unix socket or an address with a port.
internal sealed record ListenAddress(string? SocketPath, IPEndPoint? EndPoint)
{
    private const string UnixPrefix = "unix:";
    private const string Syntax = "write unix:/PATH, ADDRESS:PORT or a port alone, which is 127.0.0.1:PORT.";

    // sun_path with its NUL.
    private const int LongestPath = 107;

    public static ListenAddress Default { get; } =
        new(null, new IPEndPoint(IPAddress.Loopback, GatewayOptions.DefaultPort));

    // Whether another machine can connect.
    public bool IsRemote => EndPoint is { } endPoint && !IPAddress.IsLoopback(endPoint.Address);

    public static ListenAddress Parse(string text)
    {
        if (text.StartsWith(UnixPrefix, StringComparison.Ordinal))
        {
            string path = text[UnixPrefix.Length..];
            return Path.IsPathRooted(path) && System.Text.Encoding.UTF8.GetByteCount(path) <= LongestPath
                ? new ListenAddress(path, null)
                : throw new FormatException(
                    $"'{path}' is no path of a socket: it must be absolute and have at most {LongestPath} bytes.");
        }

        if (ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ushort port))
        {
            return new ListenAddress(null, new IPEndPoint(IPAddress.Loopback, port));
        }

        string host = text.StartsWith("localhost:", StringComparison.OrdinalIgnoreCase)
            ? string.Concat("127.0.0.1:", text.AsSpan("localhost:".Length))
            : text;
        // Without a port there is no colon behind an IPv4 address or the bracket of an IPv6 address.
        return host.LastIndexOf(':') > host.LastIndexOf(']') && IPEndPoint.TryParse(host, out IPEndPoint? endPoint)
            && (endPoint.AddressFamily == AddressFamily.InterNetwork || host.StartsWith('['))
                ? new ListenAddress(null, endPoint)
                : throw new FormatException($"'{text}' is no address to listen on: {Syntax}");
    }

    public override string ToString() => SocketPath is { } path ? UnixPrefix + path : "http://" + EndPoint;
}
