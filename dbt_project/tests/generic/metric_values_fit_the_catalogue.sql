{#
    Every metric of the catalogue has one row for every scored account of the months built; a value
    is a number where the state is observed or stale, and missing elsewhere.
    A failed test says no more than "Got 3 results", so this one says itself what is wrong.
#}
{% test metric_values_fit_the_catalogue(model) %}
    {%- set problems %}
        with months as (
            select * from {{ model }}
            where score_month between {{ batch_start() }} and {{ batch_end() }}
        ),

        expected as (
            select
                metrics.metric,
                metrics.metric_group,
                accounts.account_id,
                accounts.score_month
            from {{ ref('int_account_months') }} as accounts
            cross join {{ ref('metrics') }} as metrics
            where accounts.score_month between {{ batch_start() }} and {{ batch_end() }}
        ),

        judged as (
            select
                expected.metric,
                expected.metric_group,
                expected.account_id,
                expected.score_month,
                case
                    when months.account_id is null
                        then 'has no row: its SELECT is missing, or leaves this account out'
                    when months.value_state in ('observed', 'stale') and months.value is null
                        then 'is ' || months.value_state || ' without a value: its SELECT has to '
                            || 'give one wherever the denominator reaches min_denominator'
                    when months.value_state not in ('observed', 'stale')
                        and months.value is not null
                        then 'is ' || months.value_state || ' and has a value'
                    when abs(months.value) > 1e300
                        then 'is not a finite number: its SELECT divides by zero'
                end as problem
            from expected
            left join months
                on
                    expected.metric = months.metric
                    and expected.account_id = months.account_id
                    and expected.score_month = months.score_month
        ),

        final as (
            select
                metric,
                metric_group,
                problem,
                count(*) as row_count,
                min(account_id) as account_id,
                min(score_month) as score_month
            from judged
            where problem is not null
            group by metric, metric_group, problem
        )

        select * from final
        order by metric, problem
    {%- endset %}

    {%- if execute and flags.WHICH in ('build', 'test', 'retry') -%}
        {%- set lines = [] -%}
        {%- for row in run_query(problems).rows -%}
            {%- do lines.append(
                row[0] ~ ' (int_' ~ row[1] ~ '_metrics_monthly) ' ~ row[2] ~ '. Rows: ' ~ row[3]
                ~ ', for example account ' ~ row[4] ~ ' in ' ~ row[5]
            ) -%}
        {%- endfor -%}
        {%- if lines -%}
            {{ exceptions.raise_compiler_error(
                'Metric values do not fit the catalogue (seeds/metrics.csv):\n  - '
                ~ lines | join('\n  - ')
            ) }}
        {%- endif -%}
    {%- endif -%}

    {{ problems }}
{% endtest %}
