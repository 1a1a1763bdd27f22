select
    booking_id,
    count(*) as payments,
    sum(amount) filter (where kind = 'charge') as charged,
    coalesce(sum(amount) filter (where kind = 'refund'), 0) as refunded,
    sum(case when kind = 'refund' then -amount else amount end) as paid,
    max(paid_at) as last_paid_at
from {{ ref('base_payments') }}
group by booking_id
