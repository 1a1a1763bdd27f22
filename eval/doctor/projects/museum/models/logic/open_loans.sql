{{ config(materialized='ephemeral') }}

select
    object_id,
    max(starts_on) as away_since
from {{ ref('loan_periods') }}
where ends_on = date '9999-12-31'
group by object_id
