with source as (

    select * from {{ source('shop', 'Customer') }}

)

, final as (

    select
        CustomerId as customerId
        , {{ fullName('FirstName', 'LastName') }} as customerName
        , Company as company
        , City as city
        , Country as country
        , lower(Email) as email
        , SupportRepId as employeeId
    from source

)

select * from final
