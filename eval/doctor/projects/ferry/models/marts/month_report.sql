select
    date_trunc('month', b.booked_on)::date as month,
    c.channel_name,
    count(*) as bookings,
    count(distinct b.customer_id) as customers,
    sum(b.passengers) as passengers,
    sum(b.price_eur) as revenue,
    round(sum(b.price_eur) / sum(b.passengers), 2) as revenue_per_passenger,
    round(100.0 * count(*) filter (where b.booking_status = 'no_show') / count(*), 1) as no_show_percent
from {{ ref('booking_facts') }} b
join {{ ref('channels') }} c on c.channel = b.channel
where b.booking_status <> 'cancelled'
group by 1, 2
