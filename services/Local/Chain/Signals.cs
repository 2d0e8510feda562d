using System.Runtime.InteropServices;

namespace Streaming.Local.Chain;

/// <summary>Asks a process to end, as an operator's supervisor does.</summary>
internal static partial class Signals
{
    private const int Terminated = 15;

    /// <summary>Sends SIGTERM; a process that is gone already is no error.</summary>
    public static void Terminate(int processId) => _ = Send(processId, Terminated);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Send(int processId, int signal);
}
