using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Cli.Tests;

/// <summary>The completions in real shells. A case is a command line whose last word is being typed.</summary>
public sealed class CompletionTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "deploy/completion");

    // Words as bash splits them: = is a word of its own.
    private const string DriveBash =
        """
        set -u
        source "$1/quorum.bash" || exit 9
        complete -p quorum
        cd "$2"
        PATH=$2:$PATH
        shift 2
        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
        _quorum
        printf '%s\n' "${COMPREPLY[@]}"
        """;

    // A shell on a terminal of its own. Instead of showing matches, its completion prints them.
    private const string DriveZsh =
        """
        zmodload zsh/zpty
        export FOLDER=$1 WHERE=$2 LINE=$3 PATH=$2:$PATH
        zpty z zsh -f -i
        zpty -w z 'PS1= PS2=; fpath=($FOLDER $fpath); cd $WHERE; autoload -Uz compinit; compinit -u -D'
        zpty -w z 'compadd () { case " $* " in (*\ -[OAD]\ *) builtin compadd "$@"; return;; esac
          local -a hits; builtin compadd -A hits "$@"
          (( $#hits )) && print -rl -- "<"${^hits}">"; builtin compadd "$@" }'
        zpty -w z 'show () { print; print -r -- "BEG""IN"; _main_complete; print -r -- "EN""D" }'
        zpty -w z 'zle -C show complete-word show'
        zpty -w z 'bindkey "^I" show; bindkey -r "^[["; print -r -- "REA""DY"'
        while zpty -r z line; do [[ $line == *READY* ]] && break; done
        zpty -n -w z "$LINE"$'\t'
        while zpty -r z line; do [[ $line == *BEGIN* ]] && break; done
        while zpty -r z line; do [[ $line == *END* ]] && break; print -r -- "${${line%%$'\n'}%%$'\r'}"; done
        zpty -d z
        """;

    private static readonly TestCaseData[] Cases =
    [
        new("quorum st", "status"),
        new("quorum status --mod", "--model"),
        new("quorum status --model ", "v0 v1"),
        new("quorum status --endpoint un", "unix:"),
        new("quorum status --shm-dir sub", "subfolder"),
        new("quorum simulate --transport ", "shm socket"),
        new("quorum simulate --script fil", "file"),
        new("quorum exec --str", "--strict"),
        new("quorum exec --restart --grace 5s --stri", "--strict"),
        new("quorum exec --strict quorum-test-w", "quorum-test-word"),
        new("quorum exec --grace 5s -- quorum-test-w", "quorum-test-word"),
        new("quorum links --mod", ""),
    ];

    private string _where = "";

    [SetUp]
    public void MakeFiles()
    {
        _where = Directory.CreateTempSubdirectory("quorum-test-").FullName;
        Directory.CreateDirectory(_where + "/subfolder");
        File.WriteAllText(_where + "/file", "");
        File.WriteAllText(_where + "/subfile", "");
        // A command of these tests alone, found by PATH.
        File.Copy("/bin/true", _where + "/quorum-test-word");
    }

    [TearDown]
    public void RemoveFiles() => Directory.Delete(_where, recursive: true);

    [TestCaseSource(nameof(Cases))]
    public Task Bash_completes(string line, string expected) => BashAsync(line.Split(' '), expected);

    [TestCase("quorum status --model = ", "v0 v1")]
    [TestCase("quorum exec --grace = 5s --stri", "--strict")]
    [TestCase("quorum exec cat sub", "subfile subfolder")]
    public Task Bash_completes_what_it_splits(string line, string expected) => BashAsync(line.Split(' '), expected);

    [TestCaseSource(nameof(Cases))]
    public async Task Zsh_completes(string line, string expected)
    {
        GeneratedTools.Require("zsh", "zsh");
        CommandResult run = await GeneratedTools.RunAsync("zsh", "-f", "-c", DriveZsh, "zsh", Folder, _where, line);
        string[] hits =
        [
            .. run.Output.Split('\n')
                .Where(static hit => hit.StartsWith('<') && hit.EndsWith('>'))
                .Select(static hit => hit[1..^1].TrimEnd('/', '='))
                .Distinct(),
        ];
        Assert.That(hits.Order(StringComparer.Ordinal), Is.EqualTo(Words(expected)), run.ToString());
    }

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private async Task BashAsync(string[] words, string expected)
    {
        CommandResult run = await GeneratedTools.RunAsync(
            ["bash", "--norc", "-c", DriveBash, "bash", Folder, _where, .. words]);
        string[] lines = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.That(run.Error, Is.Empty);
        Assert.That(lines[0], Is.EqualTo("complete -F _quorum quorum"));
        Assert.That(lines.Skip(1).Order(StringComparer.Ordinal), Is.EqualTo(Words(expected)));
    }
}
