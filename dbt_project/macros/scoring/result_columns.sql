{#
    What both facts say of a score, in the order of their contracts: int_scorecard_rows has the
    columns, fct_health_scores_monthly shows those of the primary use case beside the account,
    fct_scorecard_results_monthly those of every use case.
#}
{% macro result_columns() %}
    {%- set groups = var('metric_groups') -%}
    {%- set columns = [
        'scorecard', 'scorecard_version', 'method', 'health_score', 'health_band', 'health_grade',
        'raw_score', 'cap_adjustment', 'score_low', 'score_high', 'is_tentative', 'coverage',
        'unknown_reason', 'raw_band', 'calculated_band', 'override_band', 'override_reason',
        'overridden_by', 'override_expires_on', 'overall_performance', 'rating_band', 'methods_agree'
    ] -%}
    {%- for group in groups -%}{%- do columns.append(group ~ '_score') -%}{%- endfor -%}
    {%- do columns.extend([
        'previous_month_score', 'score_change', 'previous_month_band', 'has_band_changed',
        'previous_quarter_score', 'quarter_change', 'previous_year_score', 'year_change'
    ]) -%}
    {%- for group in groups -%}{%- do columns.append(group ~ '_score_change') -%}{%- endfor -%}
    {%- do columns.extend([
        'change_behaviour', 'change_coverage', 'change_configuration', 'change_caps',
        'top_positive_driver', 'top_positive_points', 'top_negative_driver', 'top_negative_points',
        'band_change_kind', 'band_change_sentence', 'is_watermelon', 'watermelon_reasons',
        'sequence_number', 'months_since_previous', 'months_in_band', 'months_declining'
    ]) -%}
    {{ return(columns) }}
{% endmacro %}
