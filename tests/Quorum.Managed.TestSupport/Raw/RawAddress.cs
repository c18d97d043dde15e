using System.Net.Sockets;

namespace Quorum.Managed.TestSupport.Raw;

/// <summary>libqb's abstract addresses: the name after a NUL, and NULs up to the end of the 108 bytes.</summary>
public static class RawAddress
{
    private const int LongestName = 107;

    /// <summary>The address of an abstract name.</summary>
    public static UnixDomainSocketEndPoint Abstract(string name) =>
        new("\0" + name + new string('\0', LongestName - name.Length));
}
