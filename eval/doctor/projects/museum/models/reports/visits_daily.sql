select
    days.day,
    days.is_weekend,
    cast(coalesce(sum(sales.persons), 0) as bigint) as persons,
    cast(coalesce(sum(sales.kept), 0) as decimal(18, 2)) as income
from {{ ref('days') }} as days
left join {{ ref('fct_admissions') }} as sales
    on days.day = sales.sold_on
group by days.day, days.is_weekend
