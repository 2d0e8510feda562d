using System.Text;
using Cassandra.Wire;

namespace Cassandra.Connections;

/// <summary>The first words on a connection: start, login, keyspace.</summary>
internal static class Handshake
{
    private const string DriverName = "Streaming's client for Cassandra";

    public static async Task RunAsync(Connection connection, Configuration configuration, string? keyspace)
    {
        var options = new Dictionary<string, string> { ["CQL_VERSION"] = "3.0.0", ["DRIVER_NAME"] = DriverName, ["DRIVER_VERSION"] = DriverVersion() };
        if (configuration.ApplicationName is { } name)
        {
            options["APPLICATION_NAME"] = name;
        }

        var answer = await connection.AskAsync(
            Opcode.Startup,
            (writer, _) =>
            {
                writer.Short(options.Count);
                foreach (var (key, value) in options)
                {
                    writer.String(key);
                    writer.String(value);
                }
            },
            0).ConfigureAwait(false);
        if (answer is AuthenticateAnswer asked)
        {
            await LoginAsync(connection, configuration, asked.Authenticator).ConfigureAwait(false);
        }

        if (keyspace is not null)
        {
            await connection.AskAsync(Opcode.Query, (writer, version) => Question(writer, version, "USE " + Quoted(keyspace)), 0).ConfigureAwait(false);
        }
    }

    /// <summary>Writes a QUERY of the client's own.</summary>
    public static void Question(WireWriter writer, int version, string cql)
    {
        writer.LongString(cql);
        new RequestValues(ConsistencyLevel.One, 0, null, ConsistencyLevel.Serial, null).Encode(writer, version, null, null, skipMetadata: false);
    }

    private static async Task LoginAsync(Connection connection, Configuration configuration, string authenticator)
    {
        if (configuration.Credentials is not var (user, password))
        {
            throw new AuthenticationException($"the host requires a login ({authenticator}), and no user was given: call WithCredentials", connection.Address);
        }

        await connection.AskAsync(Opcode.AuthResponse, (writer, _) => writer.Bytes(Encoding.UTF8.GetBytes($"\0{user}\0{password}")), 0).ConfigureAwait(false);
    }

    private static string Quoted(string name) => "\"" + name.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";

    private static string DriverVersion() => typeof(Handshake).Assembly.GetName().Version?.ToString(3) ?? "0";
}
