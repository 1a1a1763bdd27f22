select
    admission_id,
    price,
    refunded
from {{ ref('admissions_net') }}
where refunded > price
