with

source as (

    select * from {{ source('store', 'albums') }}

),

renamed as (

    select
        album_id,
        artist_id,
        title as album_title

    from source

)

select * from renamed
