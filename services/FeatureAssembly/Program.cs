using Streaming.Hosting;
using Streaming.FeatureAssembly;

const int HealthPort = 8102;
return await ServiceProgram.RunAsync(args, HealthPort, FeatureAssemblyRoom.Open);
