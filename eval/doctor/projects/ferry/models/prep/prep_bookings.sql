select
    'O' || b.booking_id as booking_key,
    b.booking_id,
    b.sailing_id,
    b.customer_id,
    b.booked_at::date as booked_on,
    b.channel,
    b.passengers,
    b.vehicles,
    round(b.price * coalesce(r.eur_per_unit, 1), 2) as price_eur,
    b.booking_status,
    b.loaded_at
from {{ ref('base_bookings') }} b
left join {{ ref('base_rates') }} r
    on r.currency = b.currency
    and b.booked_at::date >= r.valid_from
    and b.booked_at::date < coalesce(r.valid_to, date '9999-12-31')

union all

select
    'P' || reference,
    null,
    sailing_id,
    null,
    reserved_on,
    'partner',
    passengers,
    vehicles,
    price_eur,
    booking_status,
    loaded_at
from {{ ref('base_reservations') }}
