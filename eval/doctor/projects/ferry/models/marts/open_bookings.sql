-- confirmed, and not a cent has come in
select
    b.booking_id,
    b.customer_id,
    b.booked_on,
    b.price_eur
from {{ ref('booking_facts') }} b
where b.booking_status = 'confirmed'
    and b.booking_id is not null
    and not exists (
        select 1 from {{ ref('base_payments') }} p where p.booking_id = b.booking_id
    )
