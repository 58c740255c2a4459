with

scorecards as (
    select * from {{ ref('scorecards') }}
),

scorecard_groups as (
    select * from {{ ref('scorecard_groups') }}
),

scorecard_metrics as (
    select * from {{ ref('scorecard_metrics') }}
),

scorecard_caps as (
    select * from {{ ref('scorecard_caps') }}
),

final as (
    {%- for file, columns in scorecard_files().items() %}
        {%- set rest = loop %}
        {%- for column in columns.text + columns.numbers %}
            select
                scorecard,
                version as scorecard_version,
                '{{ file }}' as file_name,
                {{ row_in_words(columns) }} as row_name,
                '{{ column }}' as column_name,
                {{ loop.index }} as column_place,
                {%- if column in columns.numbers %}
                    {{ decimal_as_text(column) }} as cell
                {%- else %}
                    cast({{ column }} as {{ dbt.type_string() }}) as cell
                {%- endif %}
            from {{ file }}
            {%- if not (loop.last and rest.last) %}
                union all
            {%- endif %}
        {%- endfor %}
    {%- endfor %}
)

select * from final
