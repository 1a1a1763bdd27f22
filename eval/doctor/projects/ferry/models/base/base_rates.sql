select
    currency,
    valid_from,
    valid_to,
    eur_per_unit
from {{ source('ops', 'exchange_rates') }}
