#!/usr/bin/env bash
# Plays sensor data through the whole chain and shows what comes out. One command; it does all the set-up.
#
#   ./run.sh                    everything in one process on embedded parts; an hour of data a second
#   ./run.sh --once             as fast as it goes; ends when all is drained, with one line of JSON
#   ./run.sh --speed 60         60 seconds of data a second
#   ./run.sh --bootstrap HOST:PORT --registry URL
#                               the four services as four processes on a real Kafka cluster; makes the topics itself
#
# Options:
#   --sample NAME          occupancy (an office room, the default), herd (dairy cows: which one is falling ill?), stock (a share's days and a sequence
#                          model; needs --data), or the folder of one of your own (deploy/samples/herd tells how); all but the first need python3
#   --data FILE            data that the sample does not bring along: of stock, the daily series (deploy/samples/stock tells where from)
#   --once                 play as fast as the chain follows, wait until everything has drained, print the result, exit 0
#   --speed N              seconds of data per second (default 3600; not with --once)
#   --bootstrap HOST:PORT  a real Kafka cluster instead of the embedded broker
#   --registry URL         its schema registry (Confluent's REST API); needed with --bootstrap
#   --cassandra HOST:PORT  with --bootstrap: the history goes to this Cassandra cluster instead of a SQLite file, into the keyspace streaming (with
#                          --prefix streaming_PREFIX), which is made where it is missing; user and password by History__Cassandra__User and __Password
#   --prefix NAME          in front of every topic, group and transaction name, as in "try1."; with a sensor.raw that is
#                          not empty a run is refused unless another prefix is given
#   --port N               where the page is (default 8080; 0 for any free port; no page with --once)
#   --no-browser           do not open the page; it is opened only in a desktop session, never over ssh or in CI
#   --keep DIR             where the history (where it is a SQLite file) and the logs go (default .streaming/)
#   --help                 this text
#
# Exit codes: 0 done; 64 wrong options; 70 a service failed; 78 the configuration is wrong; 130 interrupted.
# The last line of --once is
#   {"readings":…,"vectors":…,"predictions":…,"labels":…,"dead_letters":…,"late":…,"accuracy":{"datatest":…,"datatest2":…},"elapsed_s":…}
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
for argument in "$@"; do
    if [ "$argument" = --help ] || [ "$argument" = -h ]; then
        sed -n '2,/^set -/{/^set -/d;s/^# \{0,1\}//;p}' "${BASH_SOURCE[0]}"
        exit 0
    fi
done
command -v dotnet > /dev/null || { echo "run.sh: the .NET SDK 10 is needed (https://dotnet.microsoft.com/download)" >&2; exit 69; }
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

"$here/deploy/feed/ensure.sh" >&2
log="$(mktemp)"
trap 'rm -f "$log"' EXIT
echo "Building …" >&2
dotnet build "$here/services/Local/Local.csproj" -c Release -v quiet --nologo > "$log" 2>&1 || { cat "$log" >&2; exit 1; }
rm -f "$log"
STREAMING_HOME="$here" exec dotnet "$here/services/Local/bin/Release/net10.0/Streaming.Local.dll" "$@"
