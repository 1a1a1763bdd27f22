{#- Nulls take part as a marker, so that (null, 'a') and ('a', null) make different keys. -#}
{% macro generate_surrogate_key(columns) -%}

    {%- set parts = [] -%}

    {%- for column in columns -%}
        {%- do parts.append("coalesce(cast(" ~ column ~ " as " ~ dbt.type_string() ~ "), '_null_')") -%}
    {%- endfor -%}

    {{ dbt.hash(parts | join(" || '|' || ")) }}

{%- endmacro %}
