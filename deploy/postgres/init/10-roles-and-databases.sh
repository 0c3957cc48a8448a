#!/bin/sh
# Roles and databases. The postgres image runs this once, when its volume is empty. Run again by hand it creates what
# is missing and sets the passwords that the environment holds now.
#
#   temporal        login, owns temporal and temporal_visibility
#   dondoc_owner    login, owns dondoc; only `dondoc migrate` signs in with it, and lets the programs' login in
#   dondoc_program  group; the migrations grant it what the programs may do
#   dondoc_app      login of api and worker, which act as dondoc_program
set -eu

: "${TEMPORAL_DB_PASSWORD:?is empty}" "${DONDOC_OWNER_DB_PASSWORD:?is empty}" "${DONDOC_APP_DB_PASSWORD:?is empty}"

psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --username="${POSTGRES_USER:-postgres}" --dbname=postgres <<'SQL'
\getenv temporal_password TEMPORAL_DB_PASSWORD
\getenv owner_password DONDOC_OWNER_DB_PASSWORD
\getenv app_password DONDOC_APP_DB_PASSWORD

SELECT format('CREATE ROLE %I', name)
FROM unnest(ARRAY['temporal', 'dondoc_owner', 'dondoc_program', 'dondoc_app']) AS name
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name)
\gexec

ALTER ROLE temporal LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'temporal_password';
ALTER ROLE dondoc_owner LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'owner_password';
ALTER ROLE dondoc_app LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'app_password';
GRANT dondoc_program TO dondoc_app;
GRANT dondoc_program TO dondoc_owner WITH ADMIN TRUE, INHERIT FALSE, SET FALSE;

SELECT format('CREATE DATABASE %I OWNER %I', name, owner)
FROM (VALUES ('temporal', 'temporal'), ('temporal_visibility', 'temporal'), ('dondoc', 'dondoc_owner')) AS t (name, owner)
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = name)
\gexec

-- By default every role may connect to every database.
REVOKE ALL ON DATABASE temporal, temporal_visibility, dondoc, postgres, template1 FROM PUBLIC;
GRANT CONNECT ON DATABASE dondoc TO dondoc_program;
SQL
