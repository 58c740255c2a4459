select
    resource,
    complete_through
from {{ source('salesforce', 'load_watermarks') }}
