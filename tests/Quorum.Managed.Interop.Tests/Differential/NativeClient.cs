using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.InteropServices;
using Quorum.Managed.Protocol;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Interop.Tests.Differential;

/// <summary>A handle of libquorum.</summary>
internal sealed unsafe partial class NativeClient : IQuorumClient
{
    private static readonly ConcurrentDictionary<ulong, NativeClient> Open = new();

    private readonly CallbackAction _action = new();
    private ulong _handle;

    public List<string> Log { get; } = [];

    public bool IsReadable
    {
        get
        {
            if (NativeQuorum.GetDescriptor(_handle, out int descriptor) != NativeError.Ok)
            {
                return false;
            }

            PollDescriptor poll = new() { Descriptor = descriptor, Events = 1 };
            return Poll(ref poll, 1, 0) > 0;
        }
    }

    public string Initialize(int model, string callbacks)
    {
        NativeQuorum.CallbacksV0 old = new() { Notify = callbacks is "both" or "quorum" ? &OnV0 : null };
        NativeQuorum.ModelDataV0 v0 = new() { Notify = old.Notify };
        NativeQuorum.ModelDataV1 v1 = new()
        {
            QuorumChanged = callbacks is "both" or "quorum" ? &OnQuorum : null,
            NodeListChanged = callbacks is "both" or "nodelist" ? &OnNodeList : null,
        };
        NativeError error = model == -1
            ? NativeQuorum.Initialize(out _handle, &old, out uint type)
            : NativeQuorum.ModelInitialize(out _handle, model, model == 0 ? &v0 : &v1, out type, 7);
        if (error != NativeError.Ok)
        {
            return Name(error);
        }

        Open[_handle] = this;
        if (model == -1)
        {
            // quorum_initialize has no argument for the context that the managed client starts with.
            _ = NativeQuorum.SetContext(_handle, 7);
        }

        return string.Create(CultureInfo.InvariantCulture, $"Ok type {type}");
    }

    public string GetQuorate()
    {
        NativeError error = NativeQuorum.GetQuorate(_handle, out int quorate);
        return error == NativeError.Ok ? string.Create(CultureInfo.InvariantCulture, $"Ok {quorate}") : Name(error);
    }

    public string TrackStart(uint flags) => Name(NativeQuorum.TrackStart(_handle, flags));

    public string TrackStop() => Name(NativeQuorum.TrackStop(_handle));

    public string Dispatch(int flags, string inside)
    {
        _action.Arm(inside);
        string outcome = Name(NativeQuorum.Dispatch(_handle, flags));
        _action.Arm("");
        return outcome;
    }

    public string SetContext(int value) => Name(NativeQuorum.SetContext(_handle, value));

    public string GetContext()
    {
        NativeError error = NativeQuorum.GetContext(_handle, out nint context);
        return error == NativeError.Ok ? string.Create(CultureInfo.InvariantCulture, $"Ok {context}") : Name(error);
    }

    public string FinalizeConnection() => Name(NativeQuorum.Finalize(_handle));

    public void Dispose()
    {
        Open.TryRemove(_handle, out _);
        _ = NativeQuorum.Finalize(_handle);
    }

    private static string Name(NativeError error) => ((CorosyncError)error).ToString();

    [UnmanagedCallersOnly]
    private static void OnV0(ulong handle, uint quorate, ulong sequence, uint members, uint* member) =>
        Called(handle, new(NativeEventKind.V0, quorate, new NativeRingId(0, sequence), Copy(member, members), [], []));

    [UnmanagedCallersOnly]
    private static void OnQuorum(ulong handle, uint quorate, NativeRingId ring, uint members, uint* member) =>
        Called(handle, new(NativeEventKind.Quorum, quorate, ring, Copy(member, members), [], []));

    [UnmanagedCallersOnly]
    private static void OnNodeList(
        ulong handle, NativeRingId ring, uint members, uint* member, uint joined, uint* join, uint left, uint* leave) =>
        Called(handle, new(
            NativeEventKind.NodeList, null, ring, Copy(member, members), Copy(join, joined), Copy(leave, left)));

    private static void Called(ulong handle, NativeEvent notification)
    {
        NativeClient client = Open[handle];
        client.Log.Add(notification.ToString());
        client._action.Run(client);
    }

    private static uint[] Copy(uint* list, uint count) => new ReadOnlySpan<uint>(list, (int)count).ToArray();

    [LibraryImport("libc", EntryPoint = "poll")]
    private static partial int Poll(ref PollDescriptor descriptor, nuint count, int milliseconds);

    [StructLayout(LayoutKind.Sequential)]
    private struct PollDescriptor
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }
}
