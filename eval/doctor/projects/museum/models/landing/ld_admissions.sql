with source as (
    select * from {{ source('till', 'admissions') }}
)

select
    admission_id,
    sold_at,
    cast(sold_at as date) as sold_on,
    upper(ticket_code) as ticket_code,
    gallery_code,
    member_no,
    persons,
    {{ to_euro('price_cents') }} as price,
    channel,
    loaded_at
from source
