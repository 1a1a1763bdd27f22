select
  order_date,
  count(*) as orders,
  sum(amount) as amount,
  sum(case when status = 'returned' then amount else 0 end) as returned_amount
from {{ ref('orders') }}
group by order_date
