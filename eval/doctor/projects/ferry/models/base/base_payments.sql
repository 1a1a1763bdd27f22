select
    payment_id,
    booking_id,
    kind,
    method,
    {{ from_minor('amount_minor') }} as amount,
    paid_at
from {{ source('ops', 'payments') }}
