-- an incremental model loses rows without any key test noticing
with

staged as (

    select count(*) as row_count from {{ ref('stg_store__playlist_tracks') }}

),

loaded as (

    select count(*) as row_count from {{ ref('fct_playlist_entries') }}

)

select
    staged.row_count as staged_rows,
    loaded.row_count as loaded_rows

from staged

cross join loaded

where staged.row_count <> loaded.row_count
