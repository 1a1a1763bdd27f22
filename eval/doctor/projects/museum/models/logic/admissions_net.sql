with lines as (
    select * from {{ ref('ticket_lines') }}
),

refunds as (
    select * from {{ ref('refunds_by_admission') }}
)

select
    lines.admission_id,
    lines.sold_on,
    lines.gallery_code,
    lines.member_no,
    lines.channel,
    lines.persons,
    lines.price,
    lines.net_price,
    lines.loaded_at,
    coalesce(refunds.refunded, 0) as refunded,
    lines.price - coalesce(refunds.refunded, 0) as kept,
    case
        when lines.is_concession then 'concession'
        else 'full'
    end as fare
from lines
left join refunds
    on lines.admission_id = refunds.admission_id
