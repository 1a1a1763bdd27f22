select
    s.sailing_id,
    s.route_id,
    s.vessel_id,
    s.sailing_status,
    p.port_code || '-' || q.port_code as route_code,
    p.country_code as from_country,
    -- the day on the clock of the port that it leaves
    (s.departs_at at time zone p.time_zone)::date as departed_on,
    s.departs_at,
    r.distance_nm,
    round(extract(epoch from s.arrived_at - s.departs_at) / 60) as sailed_minutes,
    greatest(round(extract(epoch from s.arrived_at - s.departs_at) / 60) - r.planned_minutes, 0) as minutes_late
from {{ ref('base_sailings') }} s
join {{ ref('base_routes') }} r on r.route_id = s.route_id
join {{ ref('base_ports') }} p on p.port_id = r.from_port_id
join {{ ref('base_ports') }} q on q.port_id = r.to_port_id
