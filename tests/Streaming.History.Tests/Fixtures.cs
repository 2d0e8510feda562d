using Streaming.Testing;

[assembly: AssemblyFixture(typeof(CassandraServer))]
