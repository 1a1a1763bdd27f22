{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key='booking_key',
    on_schema_change='append_new_columns'
) }}

select
    b.booking_key,
    b.booking_id,
    b.sailing_id,
    b.customer_id,
    b.booked_on,
    s.departed_on,
    s.departed_on - b.booked_on as days_ahead,
    b.channel,
    c.is_direct,
    b.passengers,
    b.vehicles,
    b.price_eur,
    coalesce(p.paid, 0) as paid,
    b.booking_status,
    b.loaded_at
from {{ ref('prep_bookings') }} b
join {{ ref('prep_sailings') }} s on s.sailing_id = b.sailing_id
left join {{ ref('channels') }} c on c.channel = b.channel
left join {{ ref('prep_payments') }} p on p.booking_id = b.booking_id
{% if is_incremental() %}
where b.loaded_at >= (select max(loaded_at) - interval '{{ var("lookback_days") }} days' from {{ this }})
{% endif %}
