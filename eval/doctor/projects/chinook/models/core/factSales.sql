{{
    config(
        materialized='incremental',
        unique_key='invoiceLineId',
        on_schema_change='append_new_columns'
    )
}}

with lines as (

    select * from {{ ref('stgInvoiceLine') }}

)

, invoices as (

    select * from {{ ref('stgInvoice') }}
    {% if is_incremental() %}
    where invoiceDate >= (select max(invoiceDate) from {{ this }})
    {% endif %}

)

, final as (

    select
        lines.invoiceLineId
        , lines.invoiceId
        , lines.trackId
        , invoices.customerId
        , invoices.invoiceDate
        , {{ monthOf('invoices.invoiceDate') }} as invoiceMonth
        , lines.quantity
        , lines.unitPrice
        , lines.lineTotal
    from lines
    inner join invoices on lines.invoiceId = invoices.invoiceId

)

select * from final
