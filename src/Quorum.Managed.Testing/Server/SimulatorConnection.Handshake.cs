using System.Net.Sockets;
using Quorum.Managed.Protocol;

namespace Quorum.Managed.Testing.Server;

// The answer to the connect request.
internal sealed partial class SimulatorConnection
{
    private async ValueTask<bool> AnswerAsync(ConnectRequest request)
    {
        byte[] answer = new byte[ConnectResponse.Size];
        bool granted;
        SimulatorFault? garbage;
        SimulatorFault? truncate;
        SimulatorFault? slow;
        lock (_server.Gate)
        {
            if (_closed)
            {
                return false;
            }

            if (_server.Faults.Take(FaultKind.SilentHandshake) is not null)
            {
                return true; // serves a connection that has no channel: waits for its end
            }

            slow = _server.Faults.Take(FaultKind.SlowHandshake);
            garbage = _server.Faults.Take(FaultKind.GarbageHandshake);
            truncate = _server.Faults.Take(FaultKind.TruncateHandshake);
            ConnectResponse response = Grant(request);
            granted = response.Error == 0 && truncate is null;
            response.WriteTo(answer);
        }

        await Task.Delay(slow?.Delay ?? TimeSpan.Zero, _server.Stopping).ConfigureAwait(false);
        ReadOnlyMemory<byte> bytes = garbage?.Bytes ?? answer;
        bytes = truncate is null ? bytes : bytes[..(int)Math.Min(truncate.Number, bytes.Length)];
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await _setup.SendAsync(bytes, SocketFlags.None, _server.Stopping).ConfigureAwait(false)..];
        }

        return granted;
    }

    private ConnectResponse Grant(ConnectRequest request)
    {
        uint granted = Math.Max(request.MaxMessageSize, (uint)_server.Options.MinimumMaxMessageSize);
        ConnectResponse answer = new() { MaxMessageSize = granted, ConnectionId = _server.NextConnectionId() };
        try
        {
            _server.CheckAllowed(_peer);
            _directory = ChannelDirectory.Create(_peer, _descriptor);
            _channel = _server.CreateChannel(_setup, _directory, granted);
            _channel.SetFlowControl(_server.Faults.FlowControl);
            _session = new QuorumSession(_server, this);
            return _channel.Describe(answer);
        }
        catch (ServerErrorException e)
        {
            _directory?.Remove();
            _directory = null;
            return new ConnectResponse { Error = -e.Errno };
        }
    }
}
