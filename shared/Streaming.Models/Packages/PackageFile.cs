namespace Streaming.Models.Packages;

/// <summary>Reads one file of a package.</summary>
internal static class PackageFile
{
    /// <summary>The file's bytes; null where a problem was added. A link is not followed: it could lead out of the folder.</summary>
    public static byte[]? Read(string directory, string name, long maxBytes, List<string> problems)
    {
        var info = new FileInfo(Path.Combine(directory, name));
        try
        {
            if (info.LinkTarget is not null)
            {
                problems.Add($"{name}: it is a link; a package holds its files itself");
                return null;
            }

            if (!info.Exists)
            {
                problems.Add($"{name}: it is missing; a package has {ModelPackage.OnnxFile}, {ModelPackage.ManifestFile} and {ModelPackage.BaselineFile}");
                return null;
            }

            // The length is taken from the opened file, so that one that grows is not read beyond the bound.
            using var file = new FileStream(info.FullName, FileMode.Open, FileAccess.Read, FileShare.Read);
            if (file.Length > maxBytes)
            {
                problems.Add($"{name}: it has {file.Length} bytes; at most {maxBytes} are allowed");
                return null;
            }

            var bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            return bytes;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            problems.Add($"{name}: it cannot be read: {fault.Message}");
            return null;
        }
    }
}
