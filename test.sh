#!/usr/bin/env bash
# Builds everything and runs the whole test suite, all set-up included. `./test.sh --help` tells the rest.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1

usage() {
    cat << 'HELP'
Usage: ./test.sh [option ...]

Makes sure that packages can be restored, installs what tests need (with apt-get, where that is possible), builds the
solution once and runs every project tests/*.Tests and tests/Benchmarks, one after another. At the end: time per project, skipped tests with
their reasons, failures with their messages, and as the last line `N passed, N failed, N skipped`. The exit code is 0
where something ran and nothing failed, 1 otherwise, 64 for a wrong option.

  --only PROJECT[,PROJECT]  only these projects; "Kafka" means Streaming.Kafka.Tests
  --faults                  instead of the usual tests, those that crash and cut off servers  (Category=Faults)
  --soak                    instead of the usual tests, those that run for a long time         (Category=Soak)
  --bench                   instead of the usual tests, those that measure                     (Category=Bench)
  --timeout MINUTES         how long one project may take before it is ended; 15
  --help                    this

The last three categories can be asked for together. Results of each project, in xUnit's format, and its output go to
TestResults/.

Tests against real servers look for them in this order: addresses in the environment, then server scripts. Where there is
neither, these tests are skipped, each by name.

  STREAMING_TEST_KAFKA      a running broker: host:port
  STREAMING_TEST_REGISTRY   a running schema registry: its URL
  STREAMING_TEST_CASSANDRA  a running Cassandra: host:port, or several with commas
  STREAMING_TEST_SERVERS    the folder of server scripts; ../shared/servers
  STREAMING_TEST_WHEELS     the folder of Python wheels, for checks against other people's clients; ../shared/wheels
  STREAMING_TEST_DATA       the folder of data sets; ../shared/data
  STREAMING_BENCH_READINGS  how many readings a drain of --bench has; 1500000 (docs/SPEED.md)
  STREAMING_BENCH_PAIRS     how often it is measured; 3
  STREAMING_FEED_CACHE      a folder that keeps stand-ins for packages between checkouts (deploy/feed/README.md)

Examples:
  ./test.sh                                what must pass before a change is merged
  ./test.sh --only Kafka,Architecture      two projects while working on them
  ./test.sh --faults --only Kafka          crashes and cut connections of one project
HELP
}

categories=" --faults --soak --bench "
arguments=("$@")
while (($#)); do
    case "$1" in
        --help | -h) usage; exit 0 ;;
        --only | --timeout)
            if (($# < 2)); then echo "test.sh: $1 needs a value; --help tells of it." >&2; exit 64; fi
            shift ;;
        *)
            if [[ $categories != *" $1 "* ]]; then
                echo "test.sh: unknown option '$1'; --help lists what there is." >&2
                exit 64
            fi ;;
    esac
    shift
done

say() { echo "test.sh: $*"; }

# failed WHAT: the end of a run that never came to its tests; the last line is the one of every run.
failed() {
    echo
    echo "$1 failed (above), so no test ran."
    echo
    echo "0 passed, 1 failed, 0 skipped"
    exit 1
}

as_root() {
    if [[ $(id -u) == 0 ]]; then "$@"; else sudo -n "$@"; fi
}

# Each pair: a test, and the Debian package that makes it true. Without them tests are skipped, never failed.
install_needs() {
    local needs=(
        "/usr/bin/python3 -c 'import venv, ensurepip'" python3-venv
        "/usr/bin/python3 -c 'import sklearn'" python3-sklearn
        "/usr/bin/python3 -c 'import onnx'" python3-onnx
        "/usr/bin/python3 -c 'import pandas'" python3-pandas
        "/usr/bin/python3 -c 'import matplotlib'" python3-matplotlib
        "/usr/bin/python3 -c 'import jsonschema'" python3-jsonschema
        "/usr/bin/python3 -c 'import yaml'" python3-yaml
        "command -v openssl" openssl
        "test -x /usr/bin/chromium" chromium
    )
    # The server scripts start programs for the Java virtual machine; Docker and running servers need none here.
    if [[ -d ${STREAMING_TEST_SERVERS:-../shared/servers} ]]; then
        needs+=("command -v java" default-jre-headless)
    fi
    local lacking=() log at
    for ((at = 0; at < ${#needs[@]}; at += 2)); do
        eval "${needs[at]}" > /dev/null 2>&1 || lacking+=("${needs[at + 1]}")
    done
    if ((${#lacking[@]} == 0)); then return; fi

    log="$(mktemp)"
    say "installing what tests need: ${lacking[*]}"
    if command -v apt-get > /dev/null && as_root true 2> /dev/null \
        && as_root apt-get update -qq > "$log" 2>&1 \
        && as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${lacking[@]}" >> "$log" 2>&1; then
        rm "$log"
        return
    fi
    tail -n 5 "$log"
    rm "$log"
    say "could not install them (that takes apt-get, and root or sudo without a password). Tests that need them will be skipped;"
    say "to have them, run: sudo apt-get install ${lacking[*]}"
}

command -v dotnet > /dev/null || { say "dotnet is not on the PATH: install the .NET 10 SDK."; failed "Finding the SDK"; }
install_needs < /dev/null
deploy/feed/ensure.sh < /dev/null || failed "Making packages available"
say "building"
dotnet build Streaming.sln -c Release -m:2 -v q -nodeReuse:false < /dev/null || failed "The build"
# Whoever starts this in the background may have interrupts ignored for all that it starts; tests send some.
exec env --default-signal=INT dotnet exec tests/Suite/bin/Release/net10.0/Suite.dll "${arguments[@]}"
