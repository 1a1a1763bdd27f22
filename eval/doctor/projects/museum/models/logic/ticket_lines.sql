with admissions as (
    select * from {{ ref('ld_admissions') }}
),

types as (
    select * from {{ ref('ticket_types') }}
),

priced as (
    select
        admissions.admission_id,
        admissions.sold_on,
        admissions.gallery_code,
        admissions.member_no,
        admissions.channel,
        admissions.persons,
        admissions.price,
        admissions.loaded_at,
        types.label as ticket_label,
        types.is_concession,
        types.list_price * admissions.persons as list_amount
    from admissions
    left join types
        on admissions.ticket_code = types.ticket_code
)

select
    *,
    {{ without_vat('price') }} as net_price,
    list_amount - price as discount
from priced
