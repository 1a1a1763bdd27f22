with

tracks as (

    select * from {{ ref('stg_store__tracks') }}

),

albums as (

    select * from {{ ref('stg_store__albums') }}

),

artists as (

    select * from {{ ref('stg_store__artists') }}

),

genres as (

    select * from {{ ref('stg_store__genres') }}

),

final as (

    select
        tracks.track_id,
        tracks.track_name,
        tracks.composer,
        albums.album_title,
        artists.artist_id,
        artists.artist_name,
        genres.genre_name,
        tracks.milliseconds,
        tracks.price_cents

    from tracks

    left join albums
        on tracks.album_id = albums.album_id

    left join artists
        on albums.artist_id = artists.artist_id

    left join genres
        on tracks.genre_id = genres.genre_id

)

select * from final
