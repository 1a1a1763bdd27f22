with grid as (
    select
        days.day,
        days.month,
        galleries.gallery_code,
        galleries.capacity
    from {{ ref('days') }} as days
    cross join {{ ref('galleries') }} as galleries
),

sold as (
    select
        sold_on,
        gallery_code,
        sum(persons) as persons
    from {{ ref('ld_admissions') }}
    group by sold_on, gallery_code
)

select
    grid.day,
    grid.month,
    grid.gallery_code,
    grid.capacity,
    coalesce(sold.persons, 0) as persons
from grid
left join sold
    on grid.day = sold.sold_on
    and grid.gallery_code = sold.gallery_code
