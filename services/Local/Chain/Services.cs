namespace Streaming.Local.Chain;

/// <summary>The services, in the order of the chain.</summary>
internal static class Services
{
    public const string SensorIngest = "SensorIngest";
    public const string FeatureAssembly = "FeatureAssembly";
    public const string ScoringAgent = "ScoringAgent";
    public const string MonitoringSink = "MonitoringSink";

    public static readonly IReadOnlyList<string> InOrder = [SensorIngest, FeatureAssembly, ScoringAgent, MonitoringSink];
}
