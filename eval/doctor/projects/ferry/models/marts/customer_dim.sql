with trips as (
    select
        customer_id,
        count(*) as bookings,
        sum(price_eur) as spent,
        min(booked_on) as first_booked_on,
        max(booked_on) as last_booked_on
    from {{ ref('booking_facts') }}
    where booking_status = 'confirmed'
    group by customer_id
)

select
    c.customer_id,
    c.full_name,
    c.country_code,
    c.is_member,
    c.joined_on,
    c.customer_id in (
        select referred_by from {{ ref('base_customers') }} where referred_by is not null
    ) as has_referred,
    coalesce(t.bookings, 0) as bookings,
    coalesce(t.spent, 0) as spent,
    t.first_booked_on,
    t.last_booked_on,
    case
        when t.bookings >= 8 then 'frequent'
        when t.bookings >= 3 then 'regular'
        when t.bookings >= 1 then 'occasional'
        else 'none'
    end as segment
from {{ ref('base_customers') }} c
left join trips t on t.customer_id = c.customer_id
