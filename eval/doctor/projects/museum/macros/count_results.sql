{% macro count_results(results) %}
    {% if execute %}
        {% do log('nodes: ' ~ (results | length)) %}
    {% endif %}
{% endmacro %}
