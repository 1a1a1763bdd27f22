with

trips as (

    select * from {{ ref('stg_trips') }}

),

durations as (

    select
        *,
        -- a dropoff before its pickup is an error of the clock: no duration, rather than a negative one
        case
            when dropoff_at >= pickup_at
                then {{ dbt.datediff('pickup_at', 'dropoff_at', 'second') }}
        end as duration_seconds

    from trips

),

final as (

    select
        trip_id,

        color,
        payment_type,
        pickup_zone,
        pickup_borough,
        dropoff_zone,
        dropoff_borough,

        pickup_borough = dropoff_borough as is_same_borough,

        passenger_count,
        trip_distance_miles,
        cast(duration_seconds / 60.0 as decimal(10, 2)) as trip_duration_minutes,
        -- some trips end in the second in which they began
        cast(
            trip_distance_miles / nullif(duration_seconds / 3600.0, 0) as decimal(10, 2)
        ) as average_speed_mph,

        fare_amount,
        tip_amount,
        tolls_amount,
        total_amount - fare_amount - tip_amount - tolls_amount as surcharge_amount,
        total_amount,

        cast(pickup_at as date) as pickup_date,
        pickup_at,
        dropoff_at,
        loaded_at

    from durations

)

select * from final
