{% macro to_euro(cents, digits=2) -%}
    cast({{ cents }} / 100.0 as decimal(12, {{ digits }}))
{%- endmacro %}

{% macro without_vat(gross, rate=none) -%}
    {%- set share = rate if rate is not none else var('vat_rate') -%}
    round({{ gross }} / (1 + {{ share }}), 2)
{%- endmacro %}
