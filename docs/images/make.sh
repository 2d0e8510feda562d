#!/usr/bin/env bash
# Makes page.png, the picture in the README, anew: plays the sample, waits until the page has something to show, and photographs it with chromium.
# Also page-dark.png and page-phone.png, to look at; they are not kept.
#
#   docs/images/make.sh [PORT]
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
root="$here/../.."
port="${1:-8099}"
dotnet build "$root/tests/Gateway.Tests" -c Release -v quiet --nologo
keep="$(mktemp -d)"
"$root/run.sh" --port "$port" --no-browser --keep "$keep" > "$keep/run.log" 2>&1 &
run=$!
trap 'kill -TERM "$run" 2> /dev/null || true; wait "$run" 2> /dev/null || true; rm -rf "$keep"' EXIT
for ((second = 0; second < 300; second++)); do
    curl --silent --fail --output "$keep/chain.json" "http://127.0.0.1:$port/v1/chain" && break
    kill -0 "$run" || { cat "$keep/run.log" >&2; exit 1; }
    sleep 1
done
STREAMING_PICTURE_URL="http://127.0.0.1:$port" STREAMING_PICTURE_FOLDER="$here" \
    dotnet "$root/tests/Gateway.Tests/bin/Release/net10.0/Gateway.Tests.dll" -noColor -explicit only -class Streaming.Gateway.Tests.Page.Pictures
ls -l "$here"/*.png
