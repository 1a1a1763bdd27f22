select
    reading_id,
    vessel_id,
    read_at::date as read_on,
    litres_total
from {{ source('ops', 'fuel_readings') }}
