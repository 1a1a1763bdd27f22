with source as (
    select * from {{ source('registry', 'objects') }}
)

select
    object_id,
    title,
    artist,
    cast(acquired_on as date) as acquired_on,
    gallery_code,
    value_eur as insured_value,
    status
from source
