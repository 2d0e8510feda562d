# CassandraCSharpDriver: the client of this folder, with the public types that Streaming uses.

needs_cassandra-driver() { echo CassandraCSharpDriver; }

build_cassandra-driver() {
    local recipe="$1" out="$2" version
    version="$(version_of CassandraCSharpDriver)"
    say "  compiling a client for Cassandra under the id CassandraCSharpDriver $version"
    cp -r "$recipe" source
    rm -rf source/bin source/obj
    dotnet build source/CassandraCSharpDriver.csproj -c Release -o content -v quiet --nologo "-p:Version=$version" > build.log 2>&1 \
        || { tail -n 30 build.log >&2; stop "the client for Cassandra did not compile (above)."; }
    pack "$recipe/CassandraCSharpDriver.nuspec" "$version" "$PWD/content" "$out"
}

check_cassandra-driver() {
    [ -f "$(echo "$1"/cassandracsharpdriver/*/lib/net10.0/Cassandra.dll)" ] \
        || stop "the package CassandraCSharpDriver has no library for .NET 10."
}
