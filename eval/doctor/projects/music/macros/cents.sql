{% macro cents(amount) -%}
    cast(round({{ amount }} * 100) as integer)
{%- endmacro %}
