with sales as (
    select
        admission_id,
        sold_on as moved_on,
        'sale' as kind,
        price as amount
    from {{ ref('ticket_lines') }}
),

refunds as (
    select
        admission_id,
        refunded_on as moved_on,
        'refund' as kind,
        -refund as amount
    from {{ ref('ld_refunds') }}
)

select * from sales
union all
select * from refunds
