with booked as (
    select
        sailing_id,
        count(*) as bookings,
        sum(passengers) as passengers,
        sum(vehicles) as vehicles,
        sum(price_eur) as revenue
    from {{ ref('booking_facts') }}
    where booking_status <> 'cancelled'
    group by sailing_id
)

select
    s.sailing_id,
    s.route_code,
    s.from_country,
    s.departed_on,
    v.vessel_name,
    s.sailing_status,
    coalesce(b.bookings, 0) as bookings,
    coalesce(b.passengers, 0) as passengers,
    coalesce(b.vehicles, 0) as vehicles,
    coalesce(b.revenue, 0) as revenue,
    round(100.0 * coalesce(b.passengers, 0) / v.passenger_capacity, 1) as load_percent,
    s.minutes_late,
    case
        when s.sailing_status = 'cancelled' then 'cancelled'
        when s.minutes_late >= 60 then 'very late'
        when s.minutes_late >= 15 then 'late'
        else 'on time'
    end as punctuality
from {{ ref('prep_sailings') }} s
join {{ ref('base_vessels') }} v on v.vessel_id = s.vessel_id
left join booked b on b.sailing_id = s.sailing_id
