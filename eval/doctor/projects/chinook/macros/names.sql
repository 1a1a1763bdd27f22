{% macro fullName(first, last) -%}
    trim({{ first }}) || ' ' || trim({{ last }})
{%- endmacro %}

{% macro monthOf(day) -%}
    cast(date_trunc('month', {{ day }}) as date)
{%- endmacro %}
