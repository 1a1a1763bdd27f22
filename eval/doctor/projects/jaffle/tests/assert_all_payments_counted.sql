-- every dollar that came in is in the orders
select paid.amount, counted.amount
from (select sum(amount) as amount from {{ ref('stg_payments') }}) as paid
cross join (select sum(amount) as amount from {{ ref('orders') }}) as counted
where paid.amount <> counted.amount
