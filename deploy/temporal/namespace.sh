#!/bin/sh
# Create the programs' Temporal namespace unless it is there; one that is there keeps its settings.
# The temporal command reads TEMPORAL_ADDRESS itself.
set -eu

: "${TEMPORAL_NAMESPACE:?is empty}" "${TEMPORAL_RETENTION:?is empty}"

tries=30
until temporal operator cluster health; do
    tries=$((tries - 1))
    if [ "$tries" -eq 0 ]; then
        echo "namespace.sh: Temporal at ${TEMPORAL_ADDRESS:-} does not answer" >&2
        exit 1
    fi
    sleep 2
done

if ! temporal operator namespace describe --namespace "$TEMPORAL_NAMESPACE"; then
    temporal operator namespace create --namespace "$TEMPORAL_NAMESPACE" --retention "$TEMPORAL_RETENTION"
fi
