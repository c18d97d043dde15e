using System.Reflection;

namespace Quorum.Managed.Gateway;

// The page for people: three files inside the program. It loads nothing from elsewhere, and may not.
internal static class Page
{
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; " +
        "base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

    public static void Map(WebApplication app)
    {
        Map(app, "/", "page.html", "text/html; charset=utf-8");
        Map(app, "/page.css", "page.css", "text/css; charset=utf-8");
        Map(app, "/page.js", "page.js", "text/javascript; charset=utf-8");
    }

    private static void Map(WebApplication app, string path, string name, string type)
    {
        byte[] content = Read(name);
        Endpoints.Map(app, path, context =>
        {
            context.Response.Headers.ContentSecurityPolicy = Policy;
            return Endpoints.WriteAsync(context, StatusCodes.Status200OK, type, content);
        });
    }

    private static byte[] Read(string name)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!;
        byte[] content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content;
    }
}
