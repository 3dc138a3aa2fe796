#!/usr/bin/env bash
# The same assignment as a plain script with nc: starts and stops the server, sleeps where it must wait, and
# compares what comes back. It proves less, and says nothing about why something went wrong.
# Usage: nc.sh socket-basics|echo COMMAND ARGUMENTS…   ({port} is filled in)
set -u
assignment=$1
shift
port=$((21000 + RANDOM % 9000))
server=
failed=0

start() {
  "${@//\{port\}/$port}" >/dev/null 2>&1 &
  server=$!
  sleep 0.5
}
stop() {
  kill -9 "$server" 2>/dev/null
  wait "$server" 2>/dev/null
  port=$((port + 1))
}
same() { [ "$2" = "$3" ] || { echo "$1: $2 expected, got $3"; failed=1; }; }
ask() { printf '%s\n' "$1" | timeout 5 nc -q 1 127.0.0.1 "$port"; }
busy() { # processor time of the server during 0.2 s, in clock ticks
  local before after
  before=$(awk '{print $14 + $15}' "/proc/$server/stat")
  sleep 0.2
  after=$(awk '{print $14 + $15}' "/proc/$server/stat")
  echo $((after - before))
}
trap 'kill -9 $server 2>/dev/null' EXIT

start "$@" # listens
nc -z 127.0.0.1 "$port" || failed=1
sleep 0.2
kill -0 "$server" 2>/dev/null || { echo 'listens: it ended'; failed=1; }
stop

start "$@" # reuse-address
sleep 1 | nc 127.0.0.1 "$port" &
sleep 0.2
kill -9 "$server"
wait "$server" 2>/dev/null
start "$@"
kill -0 "$server" 2>/dev/null || { echo 'reuse-address: it did not start again'; failed=1; }
stop

start "$@" # blocking-accept
[ "$(busy)" -lt 5 ] || { echo 'blocking-accept: busy'; failed=1; }
stop

start "$@" # blocking-recv
(sleep 0.4; echo ping) | nc -q 1 127.0.0.1 "$port" >/dev/null &
sleep 0.1
[ "$(busy)" -lt 5 ] || { echo 'blocking-recv: busy'; failed=1; }
sleep 0.2
stop

start "$@" # buffered-data
kill -STOP "$server"
(sleep 0.2; kill -CONT "$server") &
same buffered-data 'I was early' "$(ask 'I was early')"
stop

start "$@" # send-reply
same send-reply hello "$(ask hello)"
stop

if [ "$assignment" = echo ]; then
  start "$@" # fragments
  same fragments 'one line' "$( (printf one; sleep 0.1; printf ' li'; sleep 0.1; printf 'ne\n') | nc -q 1 127.0.0.1 "$port")"
  stop
  start "$@" # large-transfer
  same large-transfer 1048576 "$(head -c 1048576 /dev/zero | nc -q 1 127.0.0.1 "$port" | wc -c)"
  stop
  start "$@" # half-close
  same half-close 'last words' "$(echo 'last words' | nc -N 127.0.0.1 "$port")"
  stop
  start "$@" # client-leaves, client-resets as far as nc can
  printf 'half a li' | nc -q 0 127.0.0.1 "$port" >/dev/null
  [ "$(busy)" -lt 10 ] || { echo 'client-leaves: busy'; failed=1; }
  same client-leaves next "$(ask next)"
  stop
  start "$@" # next-client
  for client in 1 2 3 4 5; do same next-client "client $client" "$(echo "client $client" | nc -N 127.0.0.1 "$port")"; done
  stop
fi
exit "$failed"
