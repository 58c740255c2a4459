{#
    The findings of one check. A check that fails shows its rows' `message`: in the run's closing page,
    with the evaluation in Dagster, and where it stops a publication.
#}
{% test finds_nothing(model, check_name) %}
    select
        score_month,
        subject,
        subject || ': ' || found || ' Usual: ' || usual || ' ' || what_to_do as message
    from {{ model }}
    where check_name = '{{ check_name }}'
    order by subject, score_month
{% endtest %}
