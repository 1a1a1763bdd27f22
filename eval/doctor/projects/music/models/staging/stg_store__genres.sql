with

source as (

    select * from {{ source('store', 'genres') }}

),

renamed as (

    select
        genre_id,
        name as genre_name

    from source

)

select * from renamed
