#!/bin/sh
# A placeholder for a service that needs quorum.
trap 'echo "service: stopping"; exit 0' TERM INT
echo "service: running as $$"
while :; do
    sleep 1 &
    wait $!
done
