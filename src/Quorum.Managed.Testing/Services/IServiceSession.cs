namespace Quorum.Managed.Testing;

// What a service knows of one client. Each member is used while the cluster's mutex is held.
internal interface IServiceSession
{
    // Answers one request and returns the bytes of the answer. The destination has room for the largest answer of a
    // service.
    int Answer(int requestId, ReadOnlySpan<byte> request, Span<byte> answer);

    void Close();
}
