select
    id as account_id,
    name as account_name
from {{ source('salesforce', 'accounts') }}
