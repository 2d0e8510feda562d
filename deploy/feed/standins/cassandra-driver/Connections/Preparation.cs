using Cassandra.Wire;

namespace Cassandra.Connections;

/// <summary>Asks a host to prepare a statement.</summary>
internal static class Preparation
{
    public static async Task<Answer> AskAsync(Connection connection, string query, Configuration configuration)
    {
        var answer = await connection.AskAsync(Opcode.Prepare, (writer, version) => Encode(writer, version, query), configuration.SocketOptions.ReadTimeoutMillis)
            .ConfigureAwait(false);
        return answer as PreparedAnswer ?? throw BodyReader.Malformed($"a preparation was answered by {answer.GetType().Name}");
    }

    private static void Encode(WireWriter writer, int version, string query)
    {
        writer.LongString(query);
        if (version >= 5)
        {
            writer.Int(0);
        }
    }
}
