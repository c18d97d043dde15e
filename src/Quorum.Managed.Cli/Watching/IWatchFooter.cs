using Spectre.Console.Rendering;

namespace Quorum.Managed.Cli.Watching;

// What stands below the live table.
internal interface IWatchFooter
{
    // In rows.
    int Height { get; }

    IEnumerable<IRenderable> Build(int width);
}
