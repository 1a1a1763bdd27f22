-- the meter runs on: what a day took is what it gained since the reading before
select
    vessel_id,
    read_on,
    litres_total,
    litres_total - lag(litres_total) over (partition by vessel_id order by read_on) as litres
from {{ ref('base_fuel_readings') }}
