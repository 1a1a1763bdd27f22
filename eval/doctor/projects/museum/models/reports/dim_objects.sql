{{ config(tags=['daily', 'registrar'], group='registrar') }}

select
    places.object_id,
    places.title,
    places.artist,
    places.place,
    places.insured_value,
    open_loans.away_since is not null as is_away,
    open_loans.away_since
from {{ ref('object_places') }} as places
left join {{ ref('open_loans') }} as open_loans
    on places.object_id = open_loans.object_id
