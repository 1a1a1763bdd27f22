{% test no_overlap(model, keyed_by, starts, ends) %}

select a.{{ keyed_by }}
from {{ model }} as a
join {{ model }} as b
    on a.{{ keyed_by }} = b.{{ keyed_by }}
    and a.{{ starts }} < b.{{ starts }}
    and b.{{ starts }} < a.{{ ends }}

{% endtest %}
