using Streaming.Gateway;
using Streaming.Hosting;

const int HealthPort = 8105;
return await ServiceProgram.RunAsync(args, HealthPort, GatewayRoom.Open);
