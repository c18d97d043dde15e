using Spectre.Console.Rendering;

namespace Quorum.Managed.Cli;

// What is shown below the live table.
internal interface IWatchFooter
{
    // In rows.
    int Height { get; }

    IEnumerable<IRenderable> Build(int width);
}
