select
    route_id,
    from_port_id,
    to_port_id,
    distance_nm,
    planned_minutes
from {{ source('ops', 'routes') }}
