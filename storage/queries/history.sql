-- name: claim_record
-- The last global position. Holds off every other append until the end of the transaction.
select position from log_head for update;

-- name: claim_numbers
-- Holds off everybody who wants a number for a directive until the end of the transaction.
lock table code_counters in exclusive mode;

-- name: numbers_given
-- The last number given to a directive in each year.
select year, last from code_counters;

-- name: put_numbers_given
-- Goes on counting from here.
insert into code_counters (year, last) values ($1, $2) on conflict (year) do update set last = excluded.last;

-- name: has_directives
-- Whether the record holds any directive.
select exists (select from directives);
