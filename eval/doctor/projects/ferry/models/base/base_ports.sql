select
    port_id,
    upper(code) as port_code,
    name as port_name,
    country as country_code,
    time_zone
from {{ source('ops', 'ports') }}
