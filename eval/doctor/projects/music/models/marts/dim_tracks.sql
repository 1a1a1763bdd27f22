with

tracks as (

    select * from {{ ref('int_tracks_described') }}

),

final as (

    select
        track_id,
        track_name,
        composer,
        album_title,
        artist_name,
        genre_name,
        round(milliseconds / 60000.0, 2) as minutes,
        price_cents

    from tracks

)

select * from final
