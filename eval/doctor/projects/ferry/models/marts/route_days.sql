with days as (
    select
        route_code,
        departed_on,
        count(*) as sailings,
        count(*) filter (where sailing_status = 'cancelled') as cancelled,
        sum(passengers) as passengers,
        sum(revenue) as revenue,
        avg(minutes_late) as average_late
    from {{ ref('sailing_facts') }}
    group by route_code, departed_on
)

select
    route_code,
    departed_on,
    sailings,
    cancelled,
    passengers,
    revenue,
    round(average_late, 1) as average_late,
    sum(revenue) over (
        partition by route_code order by departed_on rows between 6 preceding and current row
    ) as revenue_week,
    sum(revenue) over (partition by route_code order by departed_on) as revenue_so_far
from days
