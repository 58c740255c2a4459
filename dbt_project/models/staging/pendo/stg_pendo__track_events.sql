with events as (
    select * from {{ source('pendo', 'track_events') }}
),

time_zones as (
    select max(time_zone) as time_zone
    from {{ ref('sources') }}
    where source = 'pendo'
),

local_days as (
    select
        starts.day,
        {{ local_date(from_epoch_ms('starts.day'), 'time_zones.time_zone') }} as activity_date,
        time_zones.time_zone
    from (select distinct day from events) as starts
    cross join time_zones
),

days as (
    select
        day,
        activity_date,
        {{ local_day_end('activity_date', 'time_zone') }} as day_ends_at
    from local_days
),

final as (
    select
        events.day as day_ms,
        days.activity_date,
        days.day_ends_at,
        events.account_id as pendo_account_id,
        events.visitor_id,
        events.app_id,
        events.track_type_id,
        events.num_events as event_count,
        events.num_minutes as minutes
    from events
    inner join days
        on events.day = days.day
)

select * from final
