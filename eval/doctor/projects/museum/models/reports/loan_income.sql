with per_borrower as (
    select
        borrower,
        count(*) as loans,
        sum(fee) as fees,
        avg(days_away) as average_days
    from {{ ref('loan_periods') }}
    group by borrower
    having sum(fee) > 0
)

select
    borrower,
    loans,
    fees,
    cast(round(average_days) as integer) as average_days,
    round(100 * fees / sum(fees) over (), 2) as share_percent
from per_borrower
