select
    resource as source,
    complete_through
from {{ ref('stg_salesforce__load_watermarks') }}
where complete_through is null
