using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Streaming.Models.Tests.Support;

/// <summary>The files of a folder that anyone opened since the watch began.</summary>
internal sealed partial class OpenedFiles : IDisposable
{
    private const int NonBlocking = 0x800;
    private const uint Open = 0x20;
    private const int EventHead = 16;

    private readonly int _watch = Initialise(NonBlocking);
    private readonly HashSet<string> _names = [];

    public OpenedFiles(string folder) => Assert.True(_watch >= 0 && Add(_watch, folder, Open) >= 0, "inotify gives no watch");

    public bool Contains(string name)
    {
        var buffer = new byte[4096];
        for (nint length; (length = Read(_watch, buffer, (nuint)buffer.Length)) > 0;)
        {
            for (var at = 0; at < length;)
            {
                var nameLength = BinaryPrimitives.ReadInt32LittleEndian(buffer.AsSpan(at + 12));
                _names.Add(Encoding.UTF8.GetString(buffer, at + EventHead, nameLength).TrimEnd('\0'));
                at += EventHead + nameLength;
            }
        }

        return _names.Contains(name);
    }

    public void Dispose() => _ = Close(_watch);

    [LibraryImport("libc", EntryPoint = "inotify_init1")]
    private static partial int Initialise(int flags);

    [LibraryImport("libc", EntryPoint = "inotify_add_watch", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Add(int watch, string path, uint mask);

    [LibraryImport("libc", EntryPoint = "read")]
    private static partial nint Read(int file, [Out] byte[] buffer, nuint length);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int file);
}
