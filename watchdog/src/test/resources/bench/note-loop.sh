#!/usr/bin/env bash
# What the note would do by hand, once a second: for each container, enter its shim's mount namespace, and if the root
# is not mounted there, mount an overlay with the options that its own mount had. For the benchmark only: a second
# overlay on the same directories is what the agent must never make.
set -u
declare -A options
for each in "$@"; do
    path=${each#*:}
    options[$each]=$(nsenter -t "${each%%:*}" -m findmnt -n -o OPTIONS --mountpoint "$path")
done
while sleep 1; do
    for each in "$@"; do
        pid=${each%%:*}
        path=${each#*:}
        if ! nsenter -t "$pid" -m mountpoint -q "$path"; then
            nsenter -t "$pid" -m mkdir -p "$path"
            nsenter -t "$pid" -m mount -t overlay overlay -o "${options[$each]}" "$path"
        fi
    done
done
