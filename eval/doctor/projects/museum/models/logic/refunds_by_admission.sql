select
    admission_id,
    count(*) as refunds,
    sum(refund) as refunded,
    max(refunded_on) as last_refund_on
from {{ ref('ld_refunds') }}
group by admission_id
