using System.Globalization;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Cli.Tests;

// What the command gets from whoever started exec.
public sealed class ExecInheritanceTests : ExecFixture
{
    [TestCase("trap '' HUP; exec $QUORUM", "SigIgn", 1UL << 0)]
    [TestCase("trap '' USR1 INT; exec $QUORUM", "SigIgn", (1UL << 9) | (1UL << 1))]
    [TestCase("exec $QUORUM", "SigIgn", 0UL)]
    [TestCase("exec env --block-signal=USR2 $QUORUM", "SigBlk", 1UL << 11)]
    [TestCase("exec env --block-signal=CHLD,TERM $QUORUM", "SigBlk", (1UL << 16) | (1UL << 14))]
    [TestCase("exec $QUORUM", "SigBlk", 0UL)]
    public async Task Signals_reach_the_command_as_they_were(string start, string field, ulong expected)
    {
        CommandResult result = await RunAsync("bash", "-c", start + " grep " + field + " /proc/self/status");
        string set = result.Output.Split(':')[1].Trim();
        Assert.That(ulong.Parse(set, NumberStyles.HexNumber, CultureInfo.InvariantCulture), Is.EqualTo(expected));
    }

    [TestCase("exec env --ignore-signal=CHLD $QUORUM")]
    [TestCase("exec env --block-signal=CHLD $QUORUM")]
    public async Task Child_signals_that_do_not_come_are_not_needed(string start)
    {
        CommandResult result = await RunAsync("bash", "-c", start + " sh -c 'exit 3'");
        Assert.That(result.ExitCode, Is.EqualTo(3), result.Error);
        await NothingLivesAsync();
    }

    [Test]
    public async Task Limit_of_open_files_is_the_one_of_the_start()
    {
        CommandResult result = await RunAsync(
            "bash", "-c", "ulimit -Sn 300; $QUORUM sh -c 'ulimit -Sn; ulimit -Hn'; exit");
        CommandResult plain = await RunAsync("bash", "-c", "ulimit -Hn");
        Assert.That(result.Output, Is.EqualTo("300\n" + plain.Output), result.Error);
    }

    [TestCase("<&-")]
    [TestCase(">&-")]
    [TestCase("2>&-")]
    [TestCase("<&- >&- 2>&-")]
    public async Task Closed_descriptors_are_the_null_device(string redirection)
    {
        CommandResult result = await RunAsync(
            "bash",
            "-c",
            "exec $QUORUM sh -c 'n=$(readlink /proc/$$/fd/[012]); echo \"$n\" >$FOLDER/names; exit 5' " + redirection);
        Assert.That(result.ExitCode, Is.EqualTo(5), result.Error);
        int closed = redirection.Split(' ').Length;
        string[] names = await File.ReadAllLinesAsync(Path.Combine(Folder, "names"));
        Assert.That(names.Count(static name => name is "/dev/null"), Is.EqualTo(closed));
    }

    [Test]
    public async Task Open_descriptors_are_passed_on_and_no_others()
    {
        const string list = "sh -c 'cat <&7; for f in /proc/$$/fd/*; do echo ${f##*/}; done' 7<<<inherited";
        CommandResult plain = await RunAsync("bash", "-c", "exec " + list);
        CommandResult result = await RunAsync("bash", "-c", "exec $QUORUM " + list);
        Assert.That(result.Output, Is.EqualTo(plain.Output), result.Error);
    }

    [Test]
    public async Task Directory_mask_and_session_are_unchanged()
    {
        const string show = "sh -c 'pwd; umask; cut -d\" \" -f6 /proc/$$/stat'";
        CommandResult plain = await RunAsync("bash", "-c", $"cd $FOLDER; umask 027; exec {show}");
        CommandResult result = await RunAsync("bash", "-c", $"cd $FOLDER; umask 027; exec $QUORUM {show}");
        Assert.That(result.Output, Is.EqualTo(plain.Output), result.Error);
    }

    [TestCase("LISTEN_PID")]
    [TestCase("WATCHDOG_PID")]
    [TestCase("SYSTEMD_EXEC_PID")]
    public async Task Variable_that_names_exec_names_the_command(string name)
    {
        CommandResult result = await RunAsync(
            "bash", "-c", $"export {name}=$$; exec $QUORUM sh -c 'test ${name} = $$ && echo same'");
        Assert.That(result.Output, Is.EqualTo("same\n"), result.Error);
    }

    [Test]
    public async Task Variable_that_names_another_process_stays()
    {
        CommandResult result = await RunAsync("bash", "-c", "LISTEN_PID=1 exec $QUORUM sh -c 'echo $LISTEN_PID'");
        Assert.That(result.Output, Is.EqualTo("1\n"), result.Error);
    }

    [Test]
    public async Task Program_that_is_removed_while_it_waits_still_starts_the_command()
    {
        LoseQuorum();
        string copy = Path.Combine(Folder, "bin");
        CommandResult copied = await RunAsync("cp", "-r", AppContext.BaseDirectory, copy);
        Assert.That(copied.ExitCode, Is.Zero, copied.Error);
        string[] words = Words([], "sh", "-c", "echo ran");
        await using NodeProcess exec = Start([Path.Combine(copy, "quorum"), .. words[1..]]);
        await SaysAsync(exec, "still waiting for quorum");
        Directory.Delete(copy, recursive: true);
        Simulator.Cluster.Heal();
        CommandResult end = await EndAsync(exec);
        Assert.That((end.ExitCode, end.Output), Is.EqualTo((0, "ran\n")), end.Error);
    }
}
