with

source as (

    select * from {{ source('store', 'playlist_tracks') }}

),

renamed as (

    select
        playlist_id,
        track_id,
        added_at,
        loaded_at

    from source

)

select * from renamed
