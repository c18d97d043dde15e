using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Quorum.Managed.Protocol;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Interop.Tests.Differential;

/// <summary>A QuorumConnection. It turns exceptions back into cs_error_t: see protocol-docs/migration.md.</summary>
internal sealed class ManagedClient(bool assumeModelV1 = false) : IQuorumClient
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly CallbackAction _action = new();
    private QuorumConnection? _connection;

    public List<string> Log { get; } = [];

    public bool IsReadable
    {
        get
        {
            try
            {
                nint handle = _connection!.PollHandle.DangerousGetHandle();
                using Socket poll = new(new SafeSocketHandle(handle, ownsHandle: false));
                return poll.Poll(0, SelectMode.SelectRead);
            }
            catch (ObjectDisposedException)
            {
                return false;
            }
        }
    }

    public string Initialize(int model, string callbacks) => Outcome(() =>
    {
        bool isV0 = model is 0 or -1;
        bool quorum = callbacks is "both" or "quorum";
        bool nodeList = callbacks is "both" or "nodelist";
        QuorumCallbacks v1 = new()
        {
            QuorumChanged = quorum ? OnQuorum : null,
            NodeListChanged = nodeList ? OnNodeList : null,
        };
        _connection = QuorumConnection.Connect(new()
        {
            Model = model == -1 ? QuorumModel.V0 : (QuorumModel)model,
            Context = 7,
            AssumeModelV1 = assumeModelV1,
            ConnectTimeout = Limit,
            RequestTimeout = Limit,
            Callbacks = isV0 || callbacks == "none" ? null : v1,
            CallbacksV0 = isV0 && quorum ? new() { QuorumChanged = OnV0 } : null,
        });
        return string.Create(CultureInfo.InvariantCulture, $"Ok type {(int)_connection.QuorumType}");
    });

    public string GetQuorate() => Outcome(() => _connection!.GetQuorate() ? "Ok 1" : "Ok 0");

    public string TrackStart(uint flags) => Outcome(() => _connection!.TrackStart((TrackFlags)flags));

    public string TrackStop() => Outcome(() => _connection!.TrackStop());

    public string Dispatch(int flags, string inside)
    {
        _action.Arm(inside);
        string outcome = Outcome(() =>
        {
            int dispatched = _connection!.Dispatch((DispatchFlags)flags);
            return dispatched == 0 && flags == (int)DispatchFlags.OneNonBlocking ? "TryAgain" : "Ok";
        });
        _action.Arm("");
        return outcome;
    }

    public string SetContext(int value) => Outcome(() => _connection!.Context = value);

    public string GetContext() =>
        Outcome(() => string.Create(CultureInfo.InvariantCulture, $"Ok {_connection!.Context}"));

    public string FinalizeConnection() => Outcome(() => _connection!.Dispose());

    /// <summary>Whether a dispatch of one event waits. The dispatch is cancelled after 3 ms.</summary>
    public bool DispatchOneWaits()
    {
        using CancellationTokenSource source = new(TimeSpan.FromMilliseconds(3));
        try
        {
            _connection!.Dispatch(DispatchFlags.One, source.Token);
            return false;
        }
        catch (OperationCanceledException)
        {
            return true;
        }
    }

    public void Dispose() => _connection?.Dispose();

    private static string Outcome(Action call) => Outcome(() =>
    {
        call();
        return "Ok";
    });

    private static string Outcome(Func<string> call)
    {
        try
        {
            return call();
        }
        catch (QuorumException e)
        {
            return e.Error.ToString();
        }
        catch (ObjectDisposedException)
        {
            return nameof(CorosyncError.BadHandle);
        }
        catch (ArgumentException)
        {
            return nameof(CorosyncError.InvalidParam);
        }
    }

    private static NativeRingId Ring(RingId id) => new(id.NodeId.Value, id.Sequence);

    private static uint[] Copy(ReadOnlySpan<NodeId> nodes) => MemoryMarshal.Cast<NodeId, uint>(nodes).ToArray();

    private void OnQuorum(QuorumConnection connection, QuorumChangedEvent n) =>
        Called(connection, new(
            NativeEventKind.Quorum, n.Quorate ? 1u : 0u, Ring(n.RingId), Copy(n.Members), [], []));

    private void OnNodeList(QuorumConnection connection, NodeListChangedEvent n) =>
        Called(connection, new(
            NativeEventKind.NodeList, null, Ring(n.RingId), Copy(n.Members), Copy(n.Joined), Copy(n.Left)));

    private void OnV0(QuorumConnection connection, QuorumChangedV0Event n) =>
        Called(connection, new(
            NativeEventKind.V0, n.Quorate ? 1u : 0u, new NativeRingId(0, n.RingSequence), Copy(n.Members), [], []));

    private void Called(QuorumConnection connection, NativeEvent notification)
    {
        bool isOwn = ReferenceEquals(connection, _connection);
        Log.Add(isOwn ? notification.ToString() : "a callback of another connection");
        _action.Run(this);
    }
}
