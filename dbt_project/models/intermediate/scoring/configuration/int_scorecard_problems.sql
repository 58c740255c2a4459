{{ config(post_hook="{{ stop_at_problems(this) }}") }}

with

final as (
    select problem from {{ ref('int_scorecard_version_problems') }}
    union all
    select problem from {{ ref('int_scorecard_weight_problems') }}
    union all
    select problem from {{ ref('int_scorecard_row_problems') }}
    union all
    select problem from {{ ref('int_scorecard_cap_problems') }}
    union all
    select problem from {{ ref('int_scorecard_tie_problems') }}
    union all
    select problem from {{ ref('int_health_grade_problems') }}
    union all
    select problem from {{ ref('int_scorecard_history_problems') }}
)

select * from final
