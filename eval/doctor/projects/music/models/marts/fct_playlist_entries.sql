{{
    config(
        materialized='incremental',
        incremental_strategy='delete+insert',
        unique_key=['playlist_id', 'track_id'],
        on_schema_change='fail'
    )
}}

with

entries as (

    select * from {{ ref('stg_store__playlist_tracks') }}

    {% if is_incremental() %}
    where loaded_at >= (
        select max(loaded_at) - interval '{{ var("lookback_days") }} days' from {{ this }}
    )
    {% endif %}

),

playlists as (

    select * from {{ ref('stg_store__playlists') }}

),

tracks as (

    select * from {{ ref('dim_tracks') }}

),

final as (

    select
        -- grain: one row per track in a playlist
        entries.playlist_id,
        entries.track_id,

        playlists.playlist_name,
        entries.added_at,

        tracks.minutes,
        tracks.price_cents,

        entries.loaded_at

    from entries

    left join playlists
        on entries.playlist_id = playlists.playlist_id

    left join tracks
        on entries.track_id = tracks.track_id

)

select * from final
