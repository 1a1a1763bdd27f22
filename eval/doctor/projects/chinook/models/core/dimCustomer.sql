with customers as (

    select * from {{ ref('stgCustomer') }}

)

, employees as (

    select * from {{ ref('stgEmployee') }}

)

, final as (

    select
        customers.customerId
        , customers.customerName
        , coalesce(customers.company, 'Private') as company
        , customers.city
        , customers.country
        , customers.email
        , employees.employeeName as supportName
    from customers
    left join employees on customers.employeeId = employees.employeeId

)

select * from final
