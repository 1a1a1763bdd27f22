with sales as (

    select * from {{ ref('factSales') }}

)

, customers as (

    select * from {{ ref('dimCustomer') }}

)

, final as (

    select
        sales.invoiceMonth
        , customers.country
        , count(distinct sales.invoiceId) as invoices
        , sum(sales.quantity) as tracksSold
        , sum(sales.lineTotal) as revenue
    from sales
    inner join customers on sales.customerId = customers.customerId
    where sales.invoiceMonth >= '{{ var("firstMonth") }}'
    group by sales.invoiceMonth, customers.country

)

select * from final
