with

trips as (

    select * from {{ ref('stg_trips') }}

),

bounds as (

    -- complete months, so that a calendar built on this dimension has no holes
    select
        date_trunc('month', min(pickup_at)) as first_day,
        date_trunc('month', max(dropoff_at)) + interval '1 month' - interval '1 day' as last_day

    from trips

),

days as (

    select cast(unnest(generate_series(first_day, last_day, interval '1 day')) as date) as date_day
    from bounds

),

final as (

    select
        cast(strftime(date_day, '%Y%m%d') as integer) as date_key,
        date_day,

        cast(extract(isodow from date_day) as integer) as day_of_week,
        dayname(date_day) as day_name,
        extract(isodow from date_day) in (6, 7) as is_weekend,
        cast(date_trunc('week', date_day) as date) as week_start_date,

        cast(date_trunc('month', date_day) as date) as month_start_date,
        cast(extract(month from date_day) as integer) as month_number,
        monthname(date_day) as month_name,
        cast(extract(quarter from date_day) as integer) as quarter_number,
        cast(extract(year from date_day) as integer) as year_number

    from days

)

select * from final
