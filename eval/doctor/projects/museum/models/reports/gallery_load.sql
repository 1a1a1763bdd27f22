select
    gallery_days.month,
    gallery_days.gallery_code,
    galleries.gallery_name,
    sum(gallery_days.persons) as persons,
    sum(gallery_days.capacity) as places,
    round(100.0 * sum(gallery_days.persons) / nullif(sum(gallery_days.capacity), 0), 1) as load_percent,
    rank() over (
        partition by gallery_days.month
        order by sum(gallery_days.persons) desc, gallery_days.gallery_code
    ) as place
from {{ ref('gallery_days') }} as gallery_days
join {{ ref('galleries') }} as galleries
    on gallery_days.gallery_code = galleries.gallery_code
group by gallery_days.month, gallery_days.gallery_code, galleries.gallery_name
