using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace Streaming.Gateway.Http;

/// <summary>The page's files, which are inside the program: it runs from any folder.</summary>
internal static class PageFiles
{
    private const string Folder = "page/";
    private const string Start = "index.html";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var program = typeof(PageFiles).Assembly;
        foreach (var name in program.GetManifestResourceNames().Where(name => name.StartsWith(Folder, StringComparison.Ordinal)))
        {
            var path = name[Folder.Length..].Replace('\\', '/');
            using var content = program.GetManifestResourceStream(name)!;
            var bytes = new byte[content.Length];
            content.ReadExactly(bytes);
            var tag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(bytes))[..16]}\"");
            routes.MapMethods(path == Start ? "/" : "/" + path, [HttpMethods.Get, HttpMethods.Head], context =>
                Results.Bytes(bytes, TypeOf(path), entityTag: tag).ExecuteAsync(context));
        }
    }

    private static string TypeOf(string path) => Path.GetExtension(path) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".json" => "application/json",
        _ => throw new InvalidOperationException($"The page has a file '{path}' of an unknown kind."),
    };
}
