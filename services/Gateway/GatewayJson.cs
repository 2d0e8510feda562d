using System.Text.Json;
using System.Text.Json.Serialization;
using Streaming.Gateway.Chain;
using Streaming.Gateway.Entities;
using Streaming.Gateway.Http;
using Streaming.Gateway.Predictions;
using Streaming.Gateway.Readings;

namespace Streaming.Gateway;

/// <summary>What the gateway answers, as JSON.</summary>
[JsonSerializable(typeof(ChainAnswer))]
[JsonSerializable(typeof(EntitiesAnswer))]
[JsonSerializable(typeof(PredictionsAnswer))]
[JsonSerializable(typeof(ReadingsAnswer))]
[JsonSerializable(typeof(Problem))]
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
internal sealed partial class GatewayJson : JsonSerializerContext;
