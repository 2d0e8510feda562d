using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Streaming.Cli.Reading;
using Streaming.Cli.Rendering;
using Streaming.Contracts;

namespace Streaming.Cli.Commands;

/// <summary><c>streaming deadletters</c>: what the stages refused, and why.</summary>
internal static class DeadLettersCommand
{
    private const string Help = """
        What the stages refused, and why. 'list' finds them, 'show' opens one. A refused record is still in dead.letters with its original bytes: nothing
        is lost. Usually the device's program has to be mended; 'detail' gives the rule and the value that broke it.

        Examples:
          streaming deadletters list --limit 20
          streaming deadletters show sensor.raw/0/1234
        """;

    public static Command Make() => new("deadletters", Help) { DeadLettersList.Make(), DeadLettersShow.Make() };
}

/// <summary>A record of dead.letters without its bytes.</summary>
/// <param name="Place">The refused record: topic/partition/offset at which it came. Of a record that is no dead letter, its own place.</param>
/// <param name="Stage">Who refused it; null where the record is no dead letter.</param>
/// <param name="Reason">The rule's name; <see cref="Unreadable"/> where the record is no dead letter.</param>
/// <param name="Detail">The rule and the value that broke it.</param>
/// <param name="EntityId">The entity, where it could be read.</param>
/// <param name="Appended">When the refused record came.</param>
/// <param name="Refused">When it was refused.</param>
/// <param name="Stored">Where it lies in dead.letters.</param>
internal sealed record DeadLetterLine(string Place, string? Stage, string Reason, string Detail, string? EntityId, string? Appended, string Refused, string Stored)
{
    public const string Unreadable = "unreadable";

    public static string PlaceOf(StoredLetter stored) => stored.Letter is { } letter
        ? string.Create(CultureInfo.InvariantCulture, $"{letter.Topic}/{letter.Partition}/{letter.Offset}")
        : stored.Place;

    public static DeadLetterLine Of(StoredLetter stored) => new(
        PlaceOf(stored),
        stored.Letter?.Stage,
        stored.Letter?.Reason.ToSymbol() ?? Unreadable,
        stored.Letter?.Detail ?? $"this record is no dead letter: {stored.Fault}; somebody else wrote it",
        stored.Letter?.EntityId,
        stored.Letter?.AppendTime is { } time ? TimeText.Of(time) : null,
        TimeText.Of(stored.RefusedAt),
        stored.Place);
}

[JsonSerializable(typeof(DeadLetterReport))]
[JsonSerializable(typeof(DeadLetterWhole))]
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
internal sealed partial class DeadLettersJson : JsonSerializerContext;
