select booking_id
from {{ ref('prep_payments') }}
where refunded > coalesce(charged, 0)
