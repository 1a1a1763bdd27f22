select
    booking_id,
    sailing_id,
    customer_id,
    booked_at,
    lower(trim(channel)) as channel,
    passengers,
    vehicles,
    {{ from_minor('price_minor') }} as price,
    currency,
    status as booking_status,
    loaded_at
from {{ source('ops', 'bookings') }}
where not is_test
