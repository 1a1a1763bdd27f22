{% snapshot objects_history %}

{{
    config(
        unique_key='object_id',
        strategy='check',
        check_cols=['gallery_code', 'status']
    )
}}

select * from {{ ref('ld_objects') }}

{% endsnapshot %}
