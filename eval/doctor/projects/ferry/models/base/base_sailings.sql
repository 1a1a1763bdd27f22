select
    sailing_id,
    route_id,
    vessel_id,
    departs_at,
    arrived_at,
    status as sailing_status
from {{ source('ops', 'sailings') }}
