with

trips as (

    select * from {{ ref('stg_trips') }}

),

pickup_zones as (

    select
        pickup_zone as zone_name,
        pickup_borough as borough

    from trips

),

dropoff_zones as (

    select
        dropoff_zone as zone_name,
        dropoff_borough as borough

    from trips

),

unioned as (

    -- union, not union all: a zone that trips begin and end in is one zone
    select * from pickup_zones
    union
    select * from dropoff_zones

),

final as (

    select * from unioned
    where zone_name is not null

)

select * from final
