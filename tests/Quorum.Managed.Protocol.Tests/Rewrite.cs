namespace Quorum.Managed.Protocol.Tests;

/// <summary>Reads a message and writes it again; returns the bytes written.</summary>
internal delegate int Rewrite(ReadOnlySpan<byte> source, Span<byte> destination);
