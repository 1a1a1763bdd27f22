with

artists as (

    select * from {{ ref('stg_store__artists') }}

),

tracks as (

    select
        artist_id,
        count(*) as track_count,
        sum(price_cents) as catalogue_cents

    from {{ ref('int_tracks_described') }}
    group by artist_id

),

final as (

    select
        artists.artist_id,
        artists.artist_name,
        coalesce(tracks.track_count, 0) as track_count,
        coalesce(tracks.catalogue_cents, 0) as catalogue_cents

    from artists

    left join tracks
        on artists.artist_id = tracks.artist_id

)

select * from final
