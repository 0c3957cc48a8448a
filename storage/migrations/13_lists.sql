-- Lists, search and totals over tens of thousands of directives. Everything added is a function of the columns there are.

create function words_of(folded text) returns tsvector language sql immutable strict parallel safe
return array_to_tsvector(array(
    select left(word, 100) from unnest(regexp_split_to_array(folded, '[\x01-\x2f\x3a-\x40\x5b-\x60\x7b-\x7f]+')) as word
    where word <> ''));
comment on function words_of is
    'The words of folded text: what stands between spaces and ASCII punctuation, at most 100 characters of each. domain.searching goes by the same.';

-- As text, for it is computed with each command: codes of units hold neither quotes nor spaces.
create function involved_in(lead_unit text, state json) returns tsvector language sql immutable parallel safe
return array_to_tsvector(string_to_array('@' || lead_unit || translate(
    replace(replace(translate(coalesce(state ->> 'coordinating_units', '[]'), ' ]', ''), '["', ' @'), ',"', ' @'), '["', ''), ' '));
comment on function involved_in is 'Lead and coordinating units, each as a word that begins with @, which no word of a text does.';

create function decision_awaited(phase text, state json) returns text language sql immutable parallel safe
return case
    when phase = 'declined' then 'decline'
    when phase = 'awaiting_acceptance' then case when (state ->> 'approved')::boolean then 'acceptance' else 'approval' end
    when phase not in ('completed', 'withdrawn') and state #>> '{extensions,-1,status}' = 'pending' then 'extension'
end;
comment on function decision_awaited is 'Whose word an open directive waits for: see storage.filters.Awaited.';

create function status_cell(phase text, due_at timestamptz, overdue_from timestamptz, moment timestamptz) returns text
language sql immutable parallel safe
return case when phase = 'withdrawn' then 'withdrawn'
            else case when phase = 'completed' then 'completed_' else 'open_' end ||
                 case when due_at is null then 'no_deadline' when overdue_from <= moment then 'overdue' else 'in_time' end
       end;
comment on function status_cell is 'The cell of the official totals at a moment, as domain.state.cell_of has it.';

create function ended_in(phase text, due_at timestamptz, overdue_from timestamptz) returns text language sql immutable parallel safe
return case
    when phase = 'withdrawn' then 'withdrawn'
    when phase = 'completed' then
        'completed_' || case when due_at is null then 'no_deadline' when overdue_from is not null then 'overdue' else 'in_time' end
end;
comment on function ended_in is 'status_cell of what has ended: late is what was late then, at any later moment.';

-- An index over state would be written anew with every command, and with it all others: no update could stay within its page.
drop index directives_by_recurrence;

-- Most of a row is its state, and most questions do not look at it: kept apart, a scan reads a quarter of the pages. Written anew,
-- for a value is moved only when it is written.
alter table directives set (toast_tuple_target = 512);
alter table directives alter column state type json using (state::text)::json;
alter table directives
    add column words tsvector not null generated always as (words_of(search)) stored,
    add column involved tsvector not null generated always as (involved_in(lead_unit, state)) stored,
    add column recurrence uuid generated always as ((state #>> '{recurrence,id}')::uuid) stored,
    add column closed boolean not null generated always as (phase in ('completed', 'withdrawn')) stored,
    add column awaits text generated always as (decision_awaited(phase, state)) stored,
    add column ended_cell text generated always as (ended_in(phase, due_at, overdue_from)) stored;
comment on column directives.ended_cell is
    'The cell of the official totals in which a directive that has ended counts for good; it changes with closed alone.';

create index directives_by_recurrence on directives (recurrence) where recurrence is not null;
-- Few of many years are open. Over closed and not over phase, which nearly every command changes.
create index directives_open on directives (due_at) where not closed;
-- Totals go over all that has ever ended: this holds what they need of it, so that none of those rows has to be read.
create index directives_ended on directives (lead_unit, source_number, ended_cell) include (units) where closed;
create index directives_by_source on directives (source_number, issued_at, directive_id) where source_number is not null;
create index directives_by_words on directives using gin ((words || involved));
-- One for each order of the list, so that a page is read and not sorted. storage.filters.order_of has the same expressions.
create index directives_in_order_of_issue on directives (issued_at, directive_id);
create index directives_in_order_of_code on directives
    ((split_part(code, '/', 1) || lpad(split_part(code, '/', 2), 9, '0')) collate "C", directive_id);
create index directives_in_order_of_title on directives ((substr(search, length(code) + 2, length(title))) collate "C", directive_id);
create index directives_in_order_of_due on directives ((coalesce(due_at, 'infinity'::timestamptz)), directive_id);
create index directives_in_order_of_due_backwards on directives ((coalesce(due_at, '-infinity'::timestamptz)), directive_id);
