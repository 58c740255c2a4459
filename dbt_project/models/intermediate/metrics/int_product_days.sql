with event_days as (
    select day_ms from {{ ref('stg_pendo__events') }}

    union

    select day_ms from {{ ref('stg_pendo__feature_events') }}

    union

    select day_ms from {{ ref('stg_pendo__track_events') }}
),

time_zones as (
    select max(time_zone) as time_zone
    from {{ ref('sources') }}
    where source = 'pendo'
),

local_days as (
    select
        event_days.day_ms,
        time_zones.time_zone,
        {{ local_date(from_epoch_ms('event_days.day_ms'), 'time_zones.time_zone') }}
            as activity_date
    from event_days
    cross join time_zones
),

final as (
    select
        day_ms,
        activity_date,
        {{ local_day_end('activity_date', 'time_zone') }} as day_ends_at
    from local_days
)

select * from final
