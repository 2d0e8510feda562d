#!/usr/bin/env bash
# health PORT: whether the service in this container is alive. The image has no HTTP client but bash.
exec 3<>"/dev/tcp/127.0.0.1/${1:?the port of the health end point}" || exit 1
printf 'GET /health/live HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n' >&3
read -r _ status _ <&3
[[ $status == 200 ]]
