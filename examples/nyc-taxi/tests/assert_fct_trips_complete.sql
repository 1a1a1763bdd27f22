-- An incremental model can lose rows, or count them twice, without any key test noticing.
-- Returns the trips that fct_trips lacks, has too much, or has with another amount.
with

staged as (

    select * from {{ ref('stg_trips') }}

),

trips as (

    select * from {{ ref('fct_trips') }}

),

final as (

    select
        coalesce(staged.trip_id, trips.trip_id) as trip_id,
        staged.total_amount as staged_amount,
        trips.total_amount as fact_amount

    from staged

    full outer join trips
        on staged.trip_id = trips.trip_id

    where staged.total_amount is distinct from trips.total_amount

)

select * from final
