-- Which fold makes a view, when its table is there.
-- $1 view text   $2 generation integer
select made_by
from generations
where view = $1 and generation = $2
    and to_regclass(format('slotkeeper_shadow.%I', view)) is not null
