select
    cast(day as date) as day,
    {{ month_of('day') }} as month,
    isodow(day) as weekday,
    isodow(day) >= 6 as is_weekend
from generate_series(
    timestamp '{{ var("first_day") }}',
    timestamp '{{ var("last_day") }}',
    interval 1 day
) as series(day)
