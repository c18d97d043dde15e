namespace Quorum.Managed.Ipc.Tests;

public sealed class IpcAddressTests
{
    [Test]
    public void Abstract_name_longer_than_107_bytes_is_refused() =>
        Assert.Throws<ArgumentException>(() => IpcAddress.Abstract(new string('x', 108)));

    [Test]
    public void Abstract_name_with_a_nul_is_refused() =>
        Assert.Throws<ArgumentException>(() => IpcAddress.Abstract("a\0b"));

    [Test]
    public void Relative_path_is_refused() => Assert.Throws<ArgumentException>(() => IpcAddress.Path("relative"));
}
