-- a line sends a reservation again when it changes: the last file counts
select distinct on (reference)
    reference,
    sailing_id,
    reserved_on,
    passengers,
    vehicles,
    price_eur,
    case state when 'OK' then 'confirmed' when 'XX' then 'cancelled' when 'NS' then 'no_show' end as booking_status,
    loaded_at
from {{ source('partner', 'reservations') }}
order by reference, file_no desc
