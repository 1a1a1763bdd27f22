with

trips as (

    select * from {{ ref('fct_trips') }}

),

dates as (

    select * from {{ ref('dim_date') }}

),

daily as (

    select
        pickup_date_key,
        count(*) as trip_count,
        sum(fare_amount) as fare_amount,
        sum(tip_amount) as tip_amount,
        sum(tolls_amount) as tolls_amount,
        sum(surcharge_amount) as surcharge_amount,
        sum(total_amount) as total_amount,
        sum(case when payment_type = 'credit card' then total_amount else 0 end) as card_amount

    from trips
    group by pickup_date_key

),

final as (

    select
        daily.pickup_date_key,
        dates.date_day as pickup_date,
        daily.trip_count,
        daily.fare_amount,
        daily.tip_amount,
        daily.tolls_amount,
        daily.surcharge_amount,
        daily.total_amount,
        daily.card_amount,
        cast(daily.total_amount / daily.trip_count as decimal(10, 2)) as average_trip_amount

    from daily

    left join dates
        on daily.pickup_date_key = dates.date_key

)

select * from final
