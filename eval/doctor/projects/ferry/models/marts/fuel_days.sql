{{ config(
    materialized='incremental',
    incremental_strategy='append'
) }}

select
    f.vessel_id,
    v.vessel_name,
    f.read_on,
    f.litres,
    n.miles,
    round(f.litres / nullif(n.miles, 0), 1) as litres_per_mile
from {{ ref('prep_fuel') }} f
join {{ ref('base_vessels') }} v on v.vessel_id = f.vessel_id
left join (
    select vessel_id, departed_on, sum(distance_nm) as miles
    from {{ ref('prep_sailings') }}
    where sailing_status = 'departed'
    group by vessel_id, departed_on
) n on n.vessel_id = f.vessel_id and n.departed_on = f.read_on
where f.litres is not null
{% if is_incremental() %}
and f.read_on > (select max(read_on) from {{ this }})
{% endif %}
