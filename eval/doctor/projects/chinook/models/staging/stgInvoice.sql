with source as (

    select * from {{ source('shop', 'Invoice') }}

)

, final as (

    select
        InvoiceId as invoiceId
        , CustomerId as customerId
        , cast(InvoiceDate as date) as invoiceDate
        , BillingCountry as billingCountry
        , Total as invoiceTotal
    from source

)

select * from final
