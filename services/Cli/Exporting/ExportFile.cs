using System.Security.Cryptography;
using Streaming.Hosting;

namespace Streaming.Cli.Exporting;

/// <summary>
/// A file and its manifest beside it that appear whole or not at all: they are written under names of their own and renamed at the end, the manifest last, so that a
/// file with a manifest is finished.
/// </summary>
internal sealed class ExportFile
{
    private const string PartialEnd = ".partial";
    private const int GuidLength = 32;

    private readonly string _path;
    private readonly bool _force;

    /// <param name="path">The file.</param>
    /// <param name="force">Whether one that is there may be replaced.</param>
    /// <exception cref="ConfigurationException">It cannot be written there.</exception>
    public ExportFile(string path, bool force)
    {
        _path = Path.GetFullPath(path);
        _force = force;
        if (Directory.Exists(_path))
        {
            throw new ConfigurationException([$"--output '{path}': is a folder; add a file name, for example train.csv."]);
        }

        if (Path.GetDirectoryName(_path) is { } folder && !Directory.Exists(folder))
        {
            throw new ConfigurationException([$"--output '{path}': there is no folder '{folder}'; make it first."]);
        }

        if (!force)
        {
            foreach (var taken in new[] { _path, Manifest }.Where(File.Exists))
            {
                throw new ConfigurationException([$"--output '{path}': '{taken}' is there already; name another file, or replace it with --force."]);
            }
        }
    }

    /// <summary>The file.</summary>
    public string Name => Path.GetFileName(_path);

    /// <summary>The file with its folder.</summary>
    public string FullName => _path;

    /// <summary>The manifest with its folder.</summary>
    public string Manifest => _path + ".manifest.json";

    /// <summary>Writes both.</summary>
    /// <param name="write">Writes the content.</param>
    /// <param name="manifest">Gives the manifest's content.</param>
    /// <returns>What <paramref name="write"/> gave, and the manifest's SHA-256 in hex.</returns>
    public async Task<(T Result, string ManifestSha256)> WriteAsync<T>(Func<Stream, Task<T>> write, Func<T, byte[]> manifest)
    {
        RemoveAbandoned(_path);
        RemoveAbandoned(Manifest);
        var partial = Partial(_path);
        var partialManifest = Partial(Manifest);
        try
        {
            // Held until they have their names, by which others know that somebody still writes them.
            await using var stream = new FileStream(partial, FileMode.CreateNew, FileAccess.Write, FileShare.None);
            var result = await write(stream);
            stream.Flush(flushToDisk: true);
            var bytes = manifest(result);
            await using var beside = new FileStream(partialManifest, FileMode.CreateNew, FileAccess.Write, FileShare.None);
            await beside.WriteAsync(bytes);
            beside.Flush(flushToDisk: true);

            if (_force)
            {
                File.Delete(Manifest); // that of the file which goes
            }

            File.Move(partial, _path, _force);
            File.Move(partialManifest, Manifest, _force);
            return (result, Convert.ToHexStringLower(SHA256.HashData(bytes)));
        }
        catch
        {
            File.Delete(partial);
            File.Delete(partialManifest);
            throw;
        }
    }

    /// <summary>Deletes what exports of the same file have left that were killed.</summary>
    private static void RemoveAbandoned(string path)
    {
        foreach (var left in Directory.EnumerateFiles(Path.GetDirectoryName(path)!, $".{Path.GetFileName(path)}.*{PartialEnd}"))
        {
            // Of another file, whose name begins like ours?
            if (Guid.TryParseExact(left[(left.Length - PartialEnd.Length - GuidLength)..^PartialEnd.Length], "N", out _) && Partial(path).Length == left.Length)
            {
                try
                {
                    using var free = new FileStream(left, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
                    File.Delete(left);
                }
                catch (Exception held) when (held is IOException or UnauthorizedAccessException)
                {
                    continue; // somebody writes it, or it is somebody else's
                }
            }
        }
    }

    private static string Partial(string path) => Path.Combine(Path.GetDirectoryName(path)!, $".{Path.GetFileName(path)}.{Guid.NewGuid():N}{PartialEnd}");
}
