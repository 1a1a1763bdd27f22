with source as (
    select * from {{ source('till', 'refunds') }}
)

select
    refund_id,
    admission_id,
    cast(refunded_at as date) as refunded_on,
    {{ to_euro('amount_cents') }} as refund,
    coalesce(reason, 'unknown') as reason
from source
