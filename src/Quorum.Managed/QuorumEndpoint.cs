using Quorum.Managed.Ipc;
using Quorum.Managed.Protocol;

namespace Quorum.Managed;

/// <summary>Where the daemon is: found automatically, or named by the address of its quorum service.</summary>
/// <remarks>
/// libqb names a service's socket after the service, so the address of one service gives those of the others:
/// <see cref="AddressesOf"/>. Immutable. Source: protocol-docs/handshake.md, "Finding the daemon".
/// </remarks>
public sealed record QuorumEndpoint
{
    /// <summary>The environment variable that <see cref="Default"/> reads: QUORUM_ENDPOINT.</summary>
    public const string EnvironmentVariable = "QUORUM_ENDPOINT";

    private readonly IReadOnlyList<IpcAddress>? _addresses;

    private QuorumEndpoint(string name, IReadOnlyList<IpcAddress>? addresses)
    {
        Name = name;
        _addresses = addresses;
    }

    /// <summary>
    /// What the environment says when a connection is made: the endpoint in the variable QUORUM_ENDPOINT, and
    /// <see cref="Automatic"/> where the variable is not set or empty. The default of
    /// <see cref="CorosyncConnectionOptions.Endpoint"/>; any endpoint given there goes before the variable. A variable
    /// that is no endpoint fails the connection at <see cref="IpcStage.Resolve"/>.
    /// </summary>
    public static QuorumEndpoint Default { get; } = new("default", addresses: null);

    /// <summary>
    /// The abstract address <c>quorum</c> first, then the paths where builds of libqb put their sockets: /run/quorum,
    /// /var/run/quorum and /tmp/quorum. A path is trusted only when root or this process's own user listens there.
    /// </summary>
    public static QuorumEndpoint Automatic { get; } = new("automatic",
    [
        IpcAddress.Abstract(WireLimits.ServiceName),
        IpcAddress.Path("/run/quorum"),
        IpcAddress.Path("/var/run/quorum"),
        IpcAddress.Path("/tmp/quorum"),
    ]);

    /// <summary>As <see cref="Parse"/> reads it.</summary>
    public string Name { get; }

    /// <summary>
    /// The addresses of the quorum service that are tried, in order. Of <see cref="Default"/>: what the environment
    /// says now.
    /// </summary>
    /// <exception cref="FormatException">This is <see cref="Default"/>, and QUORUM_ENDPOINT is no endpoint.</exception>
    public IReadOnlyList<IpcAddress> Addresses => _addresses ?? FromEnvironment().Addresses;

    /// <summary>An abstract socket name.</summary>
    /// <param name="name">1 to 107 bytes, without the leading NUL.</param>
    /// <returns>The endpoint.</returns>
    /// <exception cref="ArgumentException">The name is not usable.</exception>
    public static QuorumEndpoint Abstract(string name) => At(IpcAddress.Abstract(name));

    /// <summary>A socket in the file system.</summary>
    /// <param name="path">An absolute path of at most 107 bytes.</param>
    /// <returns>The endpoint.</returns>
    /// <exception cref="ArgumentException">The path is not usable.</exception>
    public static QuorumEndpoint Path(string path) => At(IpcAddress.Path(path));

    /// <summary>
    /// The endpoint in the environment variable QUORUM_ENDPOINT; <see cref="Automatic"/> where the variable is not set
    /// or empty.
    /// </summary>
    /// <returns>Never <see cref="Default"/>.</returns>
    /// <exception cref="FormatException">The variable is no endpoint.</exception>
    public static QuorumEndpoint FromEnvironment()
    {
        string? text = Environment.GetEnvironmentVariable(EnvironmentVariable);
        if (string.IsNullOrEmpty(text) || string.Equals(text, Default.Name, StringComparison.Ordinal))
        {
            return Automatic;
        }

        try
        {
            return Parse(text);
        }
        catch (FormatException e)
        {
            throw new FormatException($"The environment variable {EnvironmentVariable}: {e.Message}", e);
        }
    }

    /// <summary>Reads an endpoint as the command line and QUORUM_ENDPOINT write it.</summary>
    /// <param name="text">
    /// <c>default</c>, <c>automatic</c>, <c>abstract:NAME</c>, <c>unix:/PATH</c>, or just <c>/PATH</c>.
    /// </param>
    /// <returns>The endpoint.</returns>
    /// <exception cref="FormatException">The text is none of these.</exception>
    public static QuorumEndpoint Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        try
        {
            return text switch
            {
                "default" => Default,
                "automatic" => Automatic,
                ['/', ..] => Path(text),
                _ when text.StartsWith("abstract:", StringComparison.Ordinal) => Abstract(text["abstract:".Length..]),
                _ when text.StartsWith("unix:", StringComparison.Ordinal) => Path(text["unix:".Length..]),
                _ => throw new FormatException(
                    $"'{text}' is not an endpoint: write automatic, abstract:NAME or unix:/PATH."),
            };
        }
        catch (ArgumentException e)
        {
            throw new FormatException($"'{text}' is not an endpoint: {e.Message}", e);
        }
    }

    /// <summary>The addresses of a service of the same daemon, in the order of trying.</summary>
    /// <param name="service">
    /// The service's name in libqb: <c>quorum</c>, <c>votequorum</c>, <c>cmap</c>, <c>cfg</c>.
    /// </param>
    /// <returns>
    /// Of the quorum service: <see cref="Addresses"/>. Of another: each of these with <c>quorum</c> at its end replaced
    /// by the service's name. A path with another end gives the service's name in the same directory, and an abstract
    /// name with another end gives <c>NAME-service</c>.
    /// </returns>
    /// <exception cref="ArgumentException">The name is empty, or an address would become too long.</exception>
    /// <exception cref="FormatException">This is <see cref="Default"/>, and QUORUM_ENDPOINT is no endpoint.</exception>
    public IReadOnlyList<IpcAddress> AddressesOf(string service)
    {
        ArgumentException.ThrowIfNullOrEmpty(service);
        return string.Equals(service, WireLimits.ServiceName, StringComparison.Ordinal)
            ? Addresses
            : [.. Addresses.Select(address => Sibling(address, service))];
    }

    /// <summary>Whether another endpoint leads to the same place.</summary>
    /// <param name="other">The other; may be <see langword="null"/>.</param>
    /// <returns><see langword="true"/> when the names are the same: they tell the addresses.</returns>
    public bool Equals(QuorumEndpoint? other) =>
        other is not null && string.Equals(Name, other.Name, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Name);

    /// <summary>The endpoint's name.</summary>
    /// <returns>As <see cref="Parse"/> reads it.</returns>
    public override string ToString() => Name;

    internal static QuorumEndpoint At(IpcAddress address) => new(address.ToString(), [address]);

    // For a connection that is made now.
    internal IReadOnlyList<IpcAddress> Resolve(string service)
    {
        try
        {
            return AddressesOf(service);
        }
        catch (FormatException e)
        {
            throw new IpcException(
                IpcStage.Resolve,
                Errno.EINVAL,
                e.Message,
                "Correct the variable, or unset it to find the daemon automatically.",
                e);
        }
    }

    private static IpcAddress Sibling(IpcAddress address, string service)
    {
        string value = address.Value;
        if (value.EndsWith(WireLimits.ServiceName, StringComparison.Ordinal))
        {
            value = value[..^WireLimits.ServiceName.Length] + service;
        }
        else
        {
            value = address.IsPath
                ? System.IO.Path.Combine(System.IO.Path.GetDirectoryName(value)!, service)
                : value + "-" + service;
        }

        return address.IsPath ? IpcAddress.Path(value) : IpcAddress.Abstract(value);
    }
}
