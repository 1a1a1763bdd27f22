with source as (

    select * from {{ source('shop', 'Track') }}

)

, final as (

    select
        TrackId as trackId
        , Name as trackName
        , AlbumId as albumId
        , GenreId as genreId
        , Milliseconds / 60000.0 as minutes
    from source

)

select * from final
