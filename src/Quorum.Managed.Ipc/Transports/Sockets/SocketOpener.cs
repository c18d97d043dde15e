using System.IO.MemoryMappedFiles;
using System.Net.Sockets;
using Quorum.Managed.Protocol;

namespace Quorum.Managed.Ipc.Sockets;

// Opens the control file and the two datagram sockets of a connection. protocol-docs/socket-transport.md.
internal static class SocketOpener
{
    // Takes over the setup socket when it succeeds.
    public static SocketChannels Open(
        SetupSocket setup, ConnectResponse response, SharedFiles files, IpcAddress address, WaitStrategy strategy)
    {
        string name = response.ResponseName;
        SocketDirectory? directory = address.IsPath && !name.StartsWith('/')
            ? new SocketDirectory(Path.GetDirectoryName(address.Value)!, files.Owners, strategy)
            : null;
        MemoryMappedViewAccessor? control = null;
        DatagramSocket? requests = null;
        DatagramSocket? events = null;
        try
        {
            control = files.Map(files.Locate(response.RequestName, string.Empty), ControlLayout.Bytes);
            int bytes = (int)Math.Min(response.MaxMessageSize, IpcConnectionOptions.LargestMaxMessageSize);
            if (name.StartsWith('/'))
            {
                _ = files.Locate(name, string.Empty);
            }

            requests = Open(directory, name, "-response", "-request", bytes);
            events = Open(directory, name, "-event", "-event-tx", bytes);
            SocketChannels channels = new(setup, requests, events, control);
            control = null;
            requests = null;
            events = null;
            return channels;
        }
        catch (SocketException e)
        {
            throw DatagramErrors.CannotOpen(address, name, directory is not null, e);
        }
        finally
        {
            control?.Dispose();
            requests?.Dispose();
            events?.Dispose();
        }
    }

    private static DatagramSocket Open(
        SocketDirectory? directory, string name, string ownSuffix, string daemonSuffix, int maxMessageSize)
    {
        IpcAddress own = AddressOf(directory, name, ownSuffix);
        IpcAddress daemon = AddressOf(directory, name, daemonSuffix);
        directory?.Check(name + daemonSuffix);
        return DatagramSocket.Open(own, daemon, maxMessageSize);
    }

    private static IpcAddress AddressOf(SocketDirectory? directory, string name, string suffix)
    {
        if (name.Length == 0)
        {
            throw DatagramErrors.ImpossibleName(name);
        }

        try
        {
            return directory is null
                ? IpcAddress.Abstract(name + suffix)
                : IpcAddress.Path(directory.Locate(name + suffix));
        }
        catch (ArgumentException)
        {
            throw DatagramErrors.ImpossibleName(name);
        }
    }
}
