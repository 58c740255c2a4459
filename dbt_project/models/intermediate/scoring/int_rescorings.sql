{{ config(
    materialized='incremental',
    unique_key=['scorecard', 'scorecard_version'],
    incremental_strategy='delete+insert',
    full_refresh=false
) }}

{%- set requests = var('rescore') or [] %}

with

version_hashes as (
    select * from {{ ref('int_scorecard_hashes') }}
),

requests as (
    {%- for request in requests %}
        select
            {{ quoted(request.scorecard) }} as scorecard,
            {{ quoted(request.version) }} as scorecard_version,
            cast({{ quoted(request.from_month) }} as date) as from_month
        {{ 'union all' if not loop.last }}
    {%- else %}
        select
            cast(null as {{ dbt.type_string() }}) as scorecard,
            cast(null as {{ dbt.type_string() }}) as scorecard_version,
            cast(null as date) as from_month
    {%- endfor %}
),

final as (
    select
        requests.scorecard,
        requests.scorecard_version,
        requests.from_month,
        version_hashes.version_hash
    from requests
    inner join version_hashes
        on
            requests.scorecard = version_hashes.scorecard
            and requests.scorecard_version = version_hashes.scorecard_version
)

select * from final
