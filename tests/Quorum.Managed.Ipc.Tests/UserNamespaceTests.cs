namespace Quorum.Managed.Ipc.Tests;

public class UserNamespaceTests
{
    [TestCase("         0          0 4294967295\n", false)]
    [TestCase("         0       1000          1\n", true)]
    [TestCase("0 100000 65536\n", true)]
    [TestCase("0 1000 1\n1 100000 65536\n", true)]
    [TestCase("0 1000 1\n65534 0 1\n", false)]
    [TestCase("", true)]
    [TestCase("not a map", false)]
    public void HidesRoot_is_true_only_where_the_map_gives_root_no_uid(string map, bool hides) =>
        Assert.That(UserNamespace.Parse(map).HidesRoot, Is.EqualTo(hides));

    [TestCase(0u, 1000u)]
    [TestCase(1u, 100000u)]
    [TestCase(1000u, 100999u)]
    [TestCase(65537u, null)]
    public void Outside_is_the_uid_that_the_host_sees(uint inside, uint? outside) =>
        Assert.That(UserNamespace.Parse("0 1000 1\n1 100000 65536\n").Outside(inside), Is.EqualTo(outside));
}
