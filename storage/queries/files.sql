-- name: put_file
-- Notes that a person has uploaded a file, again with what they declare now.
insert into files (sha256, uploaded_by, size, media_type) values ($1, $2, $3, $4)
on conflict (sha256, uploaded_by) do update set media_type = excluded.media_type, uploaded_at = excluded.uploaded_at;

-- name: file_of
-- A file that a person has uploaded.
select sha256, size, media_type from files where sha256 = $1 and uploaded_by = $2;
