using System.Text.Json;
using Streaming.Contracts;
using Streaming.Testing;

namespace Streaming.Registry.Tests;

/// <summary>Confluent's own client works with the registry, and with what we registered.</summary>
public abstract class IndependentClientConformance : RegistryTests
{
    [Fact]
    public async Task A_device_with_Confluents_client_registers_writes_reads_and_is_refused_as_it_should()
    {
        var prefix = $"device-{Guid.NewGuid():n}.";
        var names = new TopicNames(prefix);
        var ids = await new SubjectSetup(Client, names).RegisterAsync([Topics.SensorRaw], CancellationToken.None);

        var script = Path.Combine(AppContext.BaseDirectory, "independent_client.py");
        var python = await PythonEnvironment.CreateAsync("confluent-kafka[avro,schemaregistry]");
        var output = await python.RunAsync(script, TimeSpan.FromMinutes(2), BaseUrl, prefix, names.SubjectOf(Topics.SensorRaw));
        using var said = JsonDocument.Parse(output.Split('\n').Single(line => line.StartsWith('{')));

        Assert.Equal(ids[Topics.SensorRaw], said.RootElement.GetProperty("id").GetInt32());
        var wider = await Client.FindByIdAsync(said.RootElement.GetProperty("wider_id").GetInt32(), CancellationToken.None);
        Assert.Contains("quality", wider!.Text, StringComparison.Ordinal);
        var codes = said.RootElement.GetProperty("codes");
        Assert.Equal("[409, 409]", codes.GetProperty("incompatible").GetRawText());
        Assert.Equal("[404, 40403]", codes.GetProperty("unknown_id").GetRawText());
        Assert.Equal("[404, 40401]", codes.GetProperty("unknown_subject").GetRawText());
        Assert.Equal("[404, 40402]", codes.GetProperty("unknown_version").GetRawText());
        Assert.Equal("[422, 42201]", codes.GetProperty("no_schema").GetRawText());
    }
}
