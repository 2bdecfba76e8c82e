#!/bin/sh
# healthcheck.sh PREFIX COMMAND…: announces PREFIX while COMMAND succeeds, once a second.
prefix=$1
shift
state=unknown

# Nothing that we are told matters here, but it must be read, or it piles up.
# (a shell gives its background jobs no standard input, unless told so)
exec 3<&0
cat <&3 >/dev/null &

while sleep 1; do
    if "$@"; then now=up; else now=down; fi
    [ "$now" = "$state" ] && continue
    state=$now
    echo "service is $now" >&2
    case $now in
        up) echo "announce route $prefix next-hop self" ;;
        down) echo "withdraw route $prefix next-hop self" ;;
    esac
done
