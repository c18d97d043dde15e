using System.Net.Sockets;
using System.Text;

namespace Quorum.Managed.Ipc;

/// <summary>One address at which a daemon may listen: an abstract socket name, or a path.</summary>
/// <remarks>Immutable. Source: protocol-docs/handshake.md, "Finding the daemon".</remarks>
public sealed record IpcAddress
{
    // sun_path of struct sockaddr_un.
    private const int PathBytes = 108;

    private IpcAddress(string value, bool isPath)
    {
        Value = value;
        IsPath = isPath;
    }

    /// <summary>The abstract name without its leading NUL, or the path.</summary>
    public string Value { get; }

    /// <summary>
    /// Whether this is a path in the file system. Otherwise it is an abstract name, which belongs to a network
    /// namespace.
    /// </summary>
    public bool IsPath { get; }

    /// <summary>Creates the address of an abstract socket name.</summary>
    /// <param name="name">1 to 107 bytes in UTF-8, without a NUL. corosync's quorum service is <c>quorum</c>.</param>
    /// <returns>The address.</returns>
    /// <exception cref="ArgumentException">The name is empty or too long, or has a NUL.</exception>
    public static IpcAddress Abstract(string name)
    {
        Check(name, nameof(name));
        return new IpcAddress(name, isPath: false);
    }

    /// <summary>Creates the address of a socket in the file system.</summary>
    /// <param name="path">An absolute path of 2 to 107 bytes in UTF-8, without a NUL.</param>
    /// <returns>The address.</returns>
    /// <exception cref="ArgumentException">The path is not absolute or too long, or has a NUL.</exception>
    public static IpcAddress Path(string path)
    {
        Check(path, nameof(path));
        if (path[0] != '/')
        {
            throw new ArgumentException($"A socket path must be absolute: '{path}'.", nameof(path));
        }

        return new IpcAddress(path, isPath: true);
    }

    /// <summary>Formats the address as QUORUM_ENDPOINT has it.</summary>
    /// <returns><c>abstract:NAME</c> or <c>unix:PATH</c>.</returns>
    public override string ToString() => IsPath ? "unix:" + Value : "abstract:" + Value;

    // An abstract address is a NUL, the name, and NULs to the end of sun_path; the padding is part of the name.
    internal UnixDomainSocketEndPoint ToEndPoint() =>
        IsPath ? new UnixDomainSocketEndPoint(Value) : new UnixDomainSocketEndPoint(PadAbstract(Value));

    // The address of a peer's socket. Null when the socket has no address, or one that this type does not allow.
    internal static IpcAddress? FromEndPoint(UnixDomainSocketEndPoint endPoint)
    {
        // An abstract name begins with @ here. A relative path may too, but daemons do not bind relative paths.
        string text = endPoint.ToString().TrimEnd('\0');
        try
        {
            return text switch
            {
                ['@', ..] => Abstract(text[1..]),
                ['/', ..] => Path(text),
                _ => null,
            };
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    internal static string PadAbstract(string name)
    {
        int padding = PathBytes - 1 - Encoding.UTF8.GetByteCount(name);
        return string.Concat("\0", name, new string('\0', padding));
    }

    private static void Check(string value, string parameter)
    {
        ArgumentException.ThrowIfNullOrEmpty(value, parameter);
        if (value.Contains('\0', StringComparison.Ordinal))
        {
            throw new ArgumentException("A socket address cannot contain a NUL.", parameter);
        }

        if (Encoding.UTF8.GetByteCount(value) > PathBytes - 1)
        {
            throw new ArgumentException($"A socket address has at most {PathBytes - 1} bytes: '{value}'.", parameter);
        }
    }
}
