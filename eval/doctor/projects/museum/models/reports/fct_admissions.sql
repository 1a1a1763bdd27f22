{{
    config(
        materialized='incremental',
        unique_key='admission_id',
        incremental_strategy='delete+insert',
        on_schema_change='fail'
    )
}}

select
    admission_id,
    sold_on,
    gallery_code,
    member_no,
    channel,
    fare,
    persons,
    price,
    net_price,
    kept,
    loaded_at
from {{ ref('admissions_net') }}

{% if is_incremental() %}
where loaded_at > (select max(loaded_at) from {{ this }})
{% endif %}
