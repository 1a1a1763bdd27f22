{% macro month_of(day) -%}
    cast(date_trunc('month', {{ day }}) as date)
{%- endmacro %}

{% macro days_between(first, last) -%}
    date_diff('day', {{ first }}, {{ last }})
{%- endmacro %}
