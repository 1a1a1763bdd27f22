with sales as (

    select
        customerId
        , sum(lineTotal) as revenue
    from {{ ref('factSales') }}
    group by customerId

)

, final as (

    select
        customers.customerId
        , customers.customerName
        , customers.country
        , sales.revenue
        , rank() over (partition by customers.country order by sales.revenue desc) as placeInCountry
    from {{ ref('dimCustomer') }} as customers
    left join sales on customers.customerId = sales.customerId

)

select * from final
