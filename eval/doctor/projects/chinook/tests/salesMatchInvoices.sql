-- the lines of an invoice make up its total
with lines as (

    select invoiceId, sum(lineTotal) as total
    from {{ ref('factSales') }}
    group by invoiceId

)

select invoices.invoiceId
from {{ ref('stgInvoice') }} as invoices
left join lines on lines.invoiceId = invoices.invoiceId
where lines.total is null or abs(lines.total - invoices.invoiceTotal) > 0.005
