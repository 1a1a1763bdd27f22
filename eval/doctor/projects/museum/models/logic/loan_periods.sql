with loans as (
    select * from {{ ref('ld_loans') }}
)

select
    loan_id,
    object_id,
    borrower,
    starts_on,
    ends_on,
    fee,
    row_number() over (partition by object_id order by starts_on) as loan_number,
    lag(ends_on) over (partition by object_id order by starts_on) as back_on,
    case
        when ends_on = date '9999-12-31' then null
        else {{ days_between('starts_on', 'ends_on') }}
    end as days_away
from loans
