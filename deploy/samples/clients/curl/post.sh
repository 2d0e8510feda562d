#!/usr/bin/env bash
# Posts readings to the Gateway with curl: one, several, one that is wrong among good ones, and one that is wrong alone.
#
#   curl/post.sh [URL]        URL is the Gateway's, http://127.0.0.1:8080 unless given
#
# Ends with 0 when every answer was the one that is expected.
set -euo pipefail
url="${1:-http://127.0.0.1:8080}"
now="$(date -u +%Y-%m-%dT%H:%M:%SZ)"
answer="$(mktemp)"
trap 'rm -f "$answer"' EXIT

# post EXPECTED_STATUS JSON: sends, shows the answer, and holds it to its status.
post() {
    local status
    status="$(curl --silent --show-error --max-time 30 --retry 5 --retry-connrefused \
        --header 'Content-Type: application/json' --data-binary "$2" --output "$answer" --write-out '%{http_code}' "$url/v1/readings")"
    echo "HTTP $status"
    cat "$answer"
    echo
    echo
    [[ $status == "$1" ]] || { echo "post.sh: expected $1" >&2; exit 1; }
}

reading() { # ENTITY TEMPERATURE: a reading of all that the sample's model asks for
    cat << JSON
{"entity_id": "$1", "event_time": "$now", "device_id": "curl", "sequence": 1,
 "metrics": {"temperature": $2, "humidity": 26.272, "light": 585.2, "co2": 749.2, "humidity_ratio": 0.00476416302416414}}
JSON
}

echo "== One reading: accepted (202) when Kafka has stored it"
post 202 "$(reading room-curl-1 23.7)"

echo "== The same again, as after a lost answer: accepted, and nothing changes downstream"
post 202 "$(reading room-curl-1 23.7)"

echo "== Three at once, the second without a time: it is refused alone, with the rule that it broke (problem+json inside)"
post 202 "{\"readings\": [$(reading room-curl-2 21.5), {\"entity_id\": \"room-curl-2\", \"metrics\": {\"light\": 1}}, $(reading room-curl-3 19)]}"

echo "== A wrong reading alone: refused (422, problem+json)"
post 422 '{"entity_id": "", "event_time": "2026-01-31T12:00:00Z", "metrics": {"light": 1}}'

echo "== No JSON at all: refused as a whole (400, problem+json)"
post 400 '{"entity_id": "room-curl-1", '
