with source as (

    select * from {{ source('shop', 'InvoiceLine') }}

)

, final as (

    select
        InvoiceLineId as invoiceLineId
        , InvoiceId as invoiceId
        , TrackId as trackId
        , UnitPrice as unitPrice
        , Quantity as quantity
        , UnitPrice * Quantity as lineTotal
    from source

)

select * from final
