with source as (
    select * from {{ source('registry', 'loans') }}
)

select
    loan_id,
    object_id,
    borrower,
    start_on as starts_on,
    coalesce(end_on, date '9999-12-31') as ends_on,
    fee
from source
