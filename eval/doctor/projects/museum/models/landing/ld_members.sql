with source as (
    select * from {{ source('registry', 'members') }}
)

select
    member_no,
    full_name,
    lower(email) as email,
    tier,
    joined_on,
    birth_year,
    changed_at
from source
