{% macro from_minor(amount) -%}
    ({{ amount }} / 100.0)::numeric(12, 2)
{%- endmacro %}
