with

source as (

    select * from {{ source('store', 'tracks') }}

),

renamed as (

    select
        -- ids
        track_id,
        album_id,
        genre_id,

        -- attributes
        name as track_name,
        coalesce(composer, 'unknown') as composer,

        -- measures
        milliseconds,
        {{ cents('unit_price') }} as price_cents,

        -- timestamps
        changed_at

    from source

)

select * from renamed
