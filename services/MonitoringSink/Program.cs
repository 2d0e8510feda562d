using Streaming.Hosting;
using Streaming.MonitoringSink;

const int HealthPort = 8104;
return await ServiceProgram.RunAsync(args, HealthPort, MonitoringSinkRoom.Open);
