#!/bin/sh
# Write .env beside docker-compose.yml: a copy of .env.example with a random password in every empty line.
# An existing .env is never touched, because the database already knows its passwords.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
target=$here/../.env

if [ -e "$target" ]; then
    echo "make-env.sh: .env exists already; nothing changed" >&2
    exit 1
fi

umask 077
while IFS= read -r line; do
    case $line in
        *_PASSWORD=) printf '%s%s\n' "$line" "$(od -An -v -N24 -tx1 /dev/urandom | tr -d ' \n')" ;;
        *) printf '%s\n' "$line" ;;
    esac
done <"$here/.env.example" >"$target.new"
mv "$target.new" "$target"
echo "make-env.sh: wrote .env; keep a copy of it in a safe place" >&2
