with

zones as (

    select * from {{ ref('int_zones') }}

),

unknown_member as (

    -- trips without a zone point here, so that every join to this dimension is an inner join
    select
        'Unknown' as zone_name,
        'Unknown' as borough

),

members as (

    select zone_name, borough from zones
    union all
    select zone_name, borough from unknown_member

),

final as (

    select
        {{ generate_surrogate_key(['zone_name']) }} as zone_key,
        zone_name,
        borough,
        zone_name like '% Airport' as is_airport

    from members

)

select * from final
