select
    customer_id,
    full_name,
    country as country_code,
    is_member,
    referred_by,
    joined_on,
    changed_at
from {{ source('ops', 'customers') }}
