using Streaming.Hosting;
using Streaming.ScoringAgent;

const int HealthPort = 8103;
return await ServiceProgram.RunAsync(args, HealthPort, ScoringAgentRoom.Open);
