using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Cli.Tests;

public sealed class ExecArgumentTests : ExecFixture
{
    [TestCase("echo --json --timeout 1s", "--json --timeout 1s")]
    [TestCase("-- echo -- a", "-- a")]
    [TestCase("--grace=1s echo --grace 2s", "--grace 2s")]
    [TestCase("--grace 1s --restart echo x", "x")]
    [TestCase("echo @/etc/passwd", "@/etc/passwd")]
    public async Task Words_behind_the_first_belong_to_the_command(string words, string printed)
    {
        CommandResult result = await RunAsync(Words(words.Split(' ')));
        Assert.That((result.ExitCode, result.Output), Is.EqualTo((0, printed + "\n")), result.Error);
    }

    [Test]
    public async Task Arguments_and_environment_pass_byte_for_byte()
    {
        const string inner = """printf '%s|%s|%s|%s' "$1" "$2" "$#" "$ODD" | od -An -tx1""";
        CommandResult result = await RunAsync(
            "bash", "-c", "export ODD=$'\\xfe='; exec $QUORUM -- sh -c \"$1\" sh $'a\\xffb' ''", "bash", inner);
        Assert.That(result.Output.Trim(), Is.EqualTo("61 ff 62 7c 7c 32 7c fe 3d"), result.Error);
    }

    [Test]
    public async Task Program_is_looked_for_in_the_path_of_the_environment()
    {
        await ScriptAsync("mine", "#!/bin/sh\necho mine\n");
        CommandResult result = await RunAsync("bash", "-c", "PATH=/nowhere:$FOLDER:$PATH exec $QUORUM mine");
        Assert.That(result.Output, Is.EqualTo("mine\n"), result.Error);
    }

    [Test]
    public async Task Environment_has_nothing_of_execs_own()
    {
        CommandResult plain = await RunAsync("bash", "-c", "exec env");
        CommandResult result = await RunAsync("bash", "-c", "exec $QUORUM env");
        Assert.That(result.Output, Is.EqualTo(plain.Output), result.Error);
    }

    [Test]
    public async Task Help_tells_the_exit_codes()
    {
        CommandResult result = await RunAsync(Program, "exec", "--help");
        Assert.That(result.ExitCode, Is.Zero);
        Assert.That(result.Output, Does.Contain("--lost-exit-code").And.Contain("125"));
    }
}
