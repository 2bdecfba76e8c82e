#!/bin/sh
# to-tsv.sh FILE: one tab-separated line per route that comes or goes.
# Not `exec jq`: the shell keeps our standard output open for Peerline while jq writes to the file.
jq --unbuffered --raw-input --raw-output --from-file "$(dirname "$0")/routes.jq" >>"$1"
