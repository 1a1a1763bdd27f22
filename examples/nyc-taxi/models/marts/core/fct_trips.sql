{{
    config(
        materialized='incremental',
        incremental_strategy='delete+insert',
        unique_key='trip_id',
        on_schema_change='append_new_columns'
    )
}}

with

trips as (

    select * from {{ ref('int_trips_enriched') }}

    {% if is_incremental() %}
    -- The watermark is the time of arrival, not of pickup: a trip that arrives late is taken
    -- however old its pickup is. The window in front of it catches a load that began earlier
    -- than the newest one and was committed later. unique_key makes looking twice harmless.
    where loaded_at >= (
        select
            coalesce(max(loaded_at), timestamp '1970-01-01')
            - interval '{{ var("fct_trips_lookback_days") }} days'
        from {{ this }}
    )
    {% endif %}

),

dates as (

    select * from {{ ref('dim_date') }}

),

zones as (

    select * from {{ ref('dim_zone') }}

),

final as (

    select
        -- grain: one row per trip
        trips.trip_id,

        -- dimensions
        pickup_dates.date_key as pickup_date_key,
        pickup_zones.zone_key as pickup_zone_key,
        dropoff_zones.zone_key as dropoff_zone_key,

        -- degenerate dimensions
        trips.color,
        trips.payment_type,
        trips.is_same_borough,

        -- additive facts
        trips.passenger_count,
        trips.trip_distance_miles,
        trips.trip_duration_minutes,
        trips.fare_amount,
        trips.tip_amount,
        trips.tolls_amount,
        trips.surcharge_amount,
        trips.total_amount,

        -- non-additive facts
        trips.average_speed_mph,

        -- timestamps
        trips.pickup_at,
        trips.dropoff_at,
        trips.loaded_at

    from trips

    -- left joins: a key that is not found shows up as null, and a test reports it; no trip is lost
    left join dates as pickup_dates
        on trips.pickup_date = pickup_dates.date_day

    left join zones as pickup_zones
        on coalesce(trips.pickup_zone, 'Unknown') = pickup_zones.zone_name

    left join zones as dropoff_zones
        on coalesce(trips.dropoff_zone, 'Unknown') = dropoff_zones.zone_name

)

select * from final
