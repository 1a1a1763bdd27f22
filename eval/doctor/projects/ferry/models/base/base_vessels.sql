select
    vessel_id,
    name as vessel_name,
    passenger_capacity,
    vehicle_capacity,
    changed_at
from {{ source('ops', 'vessels') }}
