using System.Globalization;

namespace Streaming.Hosting;

/// <summary>Which of a service's processes this is. Section <c>Worker</c>.</summary>
public sealed class WorkerOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Worker";

    private const int MostThreads = 64;
    private const int MostDigits = 4;

    /// <summary>
    /// The process's number among those of its service, from 0, no two alike, the same after a restart. Where it is not set, the number at the
    /// end of the host name after the last hyphen is taken, as a StatefulSet gives it. Required where the host name has none.
    /// </summary>
    public int? Ordinal { get; set; }

    /// <summary>Worker threads in this process, each with partitions of its own. Default 1; 1 to 64.</summary>
    public int Threads { get; set; } = 1;

    /// <summary>The number to go by.</summary>
    /// <exception cref="InvalidOperationException">There is none; <see cref="Validate"/> says so first.</exception>
    public int RequireOrdinal() => Ordinal ?? OfHost(Environment.MachineName)
        ?? throw new InvalidOperationException("The ordinal is neither configured nor part of the host name.");

    /// <summary>A line for each rule that is broken.</summary>
    public IEnumerable<string> Validate()
    {
        if (Ordinal is null && OfHost(Environment.MachineName) is null)
        {
            yield return $"{Section}:Ordinal is not set, and the host name '{Environment.MachineName}' does not end with a hyphen and a number: "
                + "each process of a service needs a number of its own that stays over restarts; set Worker__Ordinal=0 for the first, 1 for the next.";
        }

        if (Ordinal < 0)
        {
            yield return $"{Section}:Ordinal = '{Ordinal}': must be 0 or more; set Worker__Ordinal=0 for the first process of the service.";
        }

        if (Threads is < 1 or > MostThreads)
        {
            yield return $"{Section}:Threads = '{Threads}': must lie between 1 and {MostThreads}; the default is 1.";
        }
    }

    /// <summary>
    /// The number at the end of a host name such as <c>sensor-ingest-3</c>; null where there is none. A StatefulSet counts without leading zeros and
    /// not beyond four digits here; anything else is some other system's suffix.
    /// </summary>
    internal static int? OfHost(string host)
    {
        var digits = host.AsSpan(host.LastIndexOf('-') + 1);
        var counts = digits.Length < host.Length && digits.Length is > 0 and <= MostDigits && (digits.Length == 1 || digits[0] != '0');
        return counts && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var ordinal) ? ordinal : null;
    }
}
