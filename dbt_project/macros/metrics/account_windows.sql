{# Every scored account of the batch with the window of every metric of the group. #}
{% macro account_windows(metric_group) -%}
    select
        accounts.*,
        windows.metric,
        windows.min_denominator,
        windows.window_starts_at,
        windows.window_ends_at
    from {{ ref('int_account_months') }} as accounts
    inner join {{ ref('int_metric_windows') }} as windows
        on accounts.score_month = windows.score_month
    where
        accounts.score_month between {{ batch_start() }} and {{ batch_end() }}
        and windows.metric_group = '{{ metric_group }}'
{%- endmacro %}
