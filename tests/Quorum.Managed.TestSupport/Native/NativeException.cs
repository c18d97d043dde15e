namespace Quorum.Managed.TestSupport;

/// <summary>A call of libquorum or libvotequorum did not answer CS_OK.</summary>
public sealed class NativeException(string call, NativeError error) : Exception($"{call}: {error} ({(int)error})")
{
    /// <summary>The answer.</summary>
    public NativeError Error { get; } = error;

    internal static void ThrowUnlessOk(NativeError error, string call)
    {
        if (error != NativeError.Ok)
        {
            throw new NativeException(call, error);
        }
    }
}
