{{ config(materialized='view') }}

-- A view: events are many, and read by the days of one month at a time.
with events as (
    select * from {{ ref('stg_pendo__events') }}
),

feature_events as (
    select * from {{ ref('stg_pendo__feature_events') }}
),

track_events as (
    select * from {{ ref('stg_pendo__track_events') }}
),

-- Minutes are those of `events`: those of features lie inside them. A server-side track
-- need not be in `events`.
final as (
    select
        day_ms,
        pendo_account_id,
        visitor_id,
        minutes
    from events

    union all

    select
        day_ms,
        pendo_account_id,
        visitor_id,
        0 as minutes
    from feature_events

    union all

    select
        day_ms,
        pendo_account_id,
        visitor_id,
        0 as minutes
    from track_events
)

select * from final
