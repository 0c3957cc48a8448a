#!/bin/sh
# Bring both of Temporal's stores to the schema of this admin-tools release; a second run changes nothing.
# There is no create-database step: deploy/postgres/init made the databases, so the role needs no right to make any.
# temporal-sql-tool reads SQL_PLUGIN, SQL_HOST, SQL_PORT, SQL_USER and SQL_PASSWORD itself.
set -eu

schemas=/etc/temporal/schema/postgresql/v12

up_to_date() {
    temporal-sql-tool --database "$1" setup-schema -v 0.0 # keeps a newer version that is there
    temporal-sql-tool --database "$1" update-schema -d "$schemas/$2/versioned"
}

up_to_date "${DBNAME:?is empty}" temporal
up_to_date "${VISIBILITY_DBNAME:?is empty}" visibility
