{{ config(severity='error') }}

with cash as (
    select sum(amount) as total from {{ ref('cash_movements') }}
),

kept as (
    select sum(kept) as total from {{ ref('admissions_net') }}
)

select cash.total, kept.total as kept_total
from cash
cross join kept
where cash.total != kept.total
