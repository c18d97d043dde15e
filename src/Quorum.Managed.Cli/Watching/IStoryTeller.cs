namespace Quorum.Managed.Cli.Watching;

// A sink that can also say why the next events come.
internal interface IStoryTeller
{
    void Tell(DateTimeOffset time, string text);
}
