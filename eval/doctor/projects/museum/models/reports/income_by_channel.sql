select
    {{ month_of('sold_on') }} as month,
    {%- for channel in var('channels') %}
    sum(case when channel = '{{ channel }}' then kept else 0 end) as {{ channel }}_income,
    {%- endfor %}
    sum(kept) as income
from {{ ref('fct_admissions') }}
group by 1
