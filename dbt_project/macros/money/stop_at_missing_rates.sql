{#
    Ends the build where money at an instant has no exchange rate, naming currency and months.
    (A failed data test says no more than "Got 1 result".) Used as a pre-hook: the relation is then
    built, and nothing that depends on the money is.
#}
{% macro stop_at_missing_rates(relation) %}
    {%- if execute -%}
        {%- set missing = run_query(
            'select currency, min(score_month) as first_month, max(score_month) as last_month'
            ~ ' from ' ~ relation
            ~ ' where currency is not null and rate_to_reporting is null'
            ~ ' group by currency order by currency'
        ).rows -%}
        {%- if missing -%}
            {%- set texts = [] -%}
            {%- for row in missing -%}
                {%- do texts.append(row[0] ~ ' from ' ~ row[1] ~ ' to ' ~ row[2]) -%}
            {%- endfor -%}
            {{ exceptions.raise_compiler_error(
                'Subscriptions are billed in a currency without an exchange rate: '
                ~ texts | join('; ') ~ '. Add its rate, with the first day on which it holds,'
                ~ ' to seeds/exchange_rates.csv.'
            ) }}
        {%- endif -%}
    {%- endif -%}
{% endmacro %}
