select
    objects.object_id,
    objects.title,
    objects.artist,
    objects.insured_value,
    objects.status,
    objects.gallery_code,
    coalesce(galleries.gallery_name, 'storage') as place,
    galleries.floor
from {{ ref('ld_objects') }} as objects
left join {{ ref('galleries') }} as galleries
    on objects.gallery_code = galleries.gallery_code
