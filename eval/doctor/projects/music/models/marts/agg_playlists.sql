with

entries as (

    select * from {{ ref('fct_playlist_entries') }}

),

playlists as (

    select * from {{ ref('stg_store__playlists') }}

),

final as (

    select
        playlists.playlist_id,
        playlists.playlist_name,
        count(entries.track_id) as track_count,
        coalesce(sum(entries.minutes), 0) as minutes,
        coalesce(sum(entries.price_cents), 0) as price_cents

    from playlists

    left join entries
        on playlists.playlist_id = entries.playlist_id

    group by
        playlists.playlist_id,
        playlists.playlist_name

)

select * from final
