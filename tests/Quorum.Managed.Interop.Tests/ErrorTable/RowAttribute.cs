namespace Quorum.Managed.Interop.Tests;

/// <summary>A test that brings about the failure of one row of protocol-docs/errors.md. The row has its name.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RowAttribute : TestAttribute;
