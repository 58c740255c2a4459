{#
    The columns of a metric row, the same for every metric: a SELECT in a group's model says only
    what is special about its metric. It reads from a CTE with account_id, score_month and metric.

      value                  the measured value; NULL only where the denominator is below its minimum
      denominator            the number of opportunities, compared with min_denominator of the catalogue
      observed_at            when a person stated it; else it is as fresh as its sources
      stale_from             an instant from which it is stale whatever valid_for_days says
      reads_from             an instant from which its sources have to be complete, where that is another
                             one for every account; the metric's window says it for all
      value_basis            'recorded', 'reconstructed' or 'current'
      not_applicable_reason  'nothing_sold': billing says so, whatever the other sources know;
                             'nothing_recorded': believed of sources that are linked and complete
#}
{% macro metric_columns(
    value,
    denominator='null',
    observed_at='null',
    stale_from='null',
    reads_from='null',
    value_basis="'recorded'",
    not_applicable_reason='null'
) -%}
    account_id,
        score_month,
        metric,
        cast({{ value }} as double) as value,
        cast({{ denominator }} as double) as denominator,
        cast({{ observed_at }} as {{ dbt.type_timestamp() }}) as observed_at,
        cast({{ stale_from }} as {{ dbt.type_timestamp() }}) as stale_from,
        cast({{ reads_from }} as {{ dbt.type_timestamp() }}) as reads_from,
        {{ value_basis }} as value_basis,
        cast({{ not_applicable_reason }} as {{ dbt.type_string() }}) as not_applicable_reason
{%- endmacro %}
