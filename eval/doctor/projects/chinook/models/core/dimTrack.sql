with tracks as (

    select * from {{ ref('stgTrack') }}

)

, final as (

    select
        trackId
        , trackName
        , albumId
        , genreId
        , round(minutes, 2) as minutes
        , case when minutes >= 8 then 'long' when minutes >= 2.5 then 'usual' else 'short' end as trackLength
    from tracks

)

select * from final
