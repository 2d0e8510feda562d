using Streaming.Hosting;
using Streaming.SensorIngest;

const int HealthPort = 8101;
return await ServiceProgram.RunAsync(args, HealthPort, SensorIngestRoom.Open);
