{{ config(description='Group weights of a version sum to 100.') }}

select 'The group weights of customer_health version 1 sum to ' || total || ', not to 100.' as message
from (select sum(group_weight) as total from {{ ref('weights') }}) as totals
where total <> 100
