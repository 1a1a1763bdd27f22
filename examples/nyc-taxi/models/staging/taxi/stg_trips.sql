with

source as (

    select * from {{ source('taxi', 'trips') }}

),

renamed as (

    select
        -- ids
        trip_id,

        -- attributes
        color,
        payment as payment_type,
        pickup_zone,
        pickup_borough,
        dropoff_zone,
        dropoff_borough,

        -- measures
        passengers as passenger_count,
        distance as trip_distance_miles,
        fare as fare_amount,
        tip as tip_amount,
        tolls as tolls_amount,
        total as total_amount,

        -- timestamps
        pickup as pickup_at,
        dropoff as dropoff_at,
        -- dlt names a load after its start, in seconds since 1970
        epoch_ms(cast(cast(_dlt_load_id as double) * 1000 as bigint)) as loaded_at

    from source

)

select * from renamed
