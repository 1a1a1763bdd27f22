with

source as (

    select * from {{ source('store', 'playlists') }}

),

renamed as (

    select
        playlist_id,
        name as playlist_name

    from source

)

select * from renamed
