-- Much of what comes first by deadline ended long ago: without indexes of its own, the list of what is open steps over all of it.
create index directives_open_in_order_of_due on directives ((coalesce(due_at, 'infinity'::timestamptz)), directive_id) where not closed;
create index directives_open_in_order_of_due_backwards on directives ((coalesce(due_at, '-infinity'::timestamptz)), directive_id)
    where not closed;
