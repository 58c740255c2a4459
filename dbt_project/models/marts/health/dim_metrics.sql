with

metrics as (
    select * from {{ ref('metrics') }}
),

final as (
    select
        metric,
        metric_group,
        label,
        description,
        unit,
        sources,
        data_owner,
        cast(window_days as {{ dbt.type_int() }}) as window_days,
        cast(earlier_windows as {{ dbt.type_int() }}) as earlier_windows,
        cast(min_history_days as {{ dbt.type_int() }}) as min_history_days,
        cast(min_denominator as double) as min_denominator,
        cast(valid_for_days as {{ dbt.type_int() }}) as valid_for_days,
        is_outcome,
        is_roi,
        is_vanity_candidate
    from metrics
)

select * from final
