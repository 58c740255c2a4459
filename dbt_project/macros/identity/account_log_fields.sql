{#
    What Salesforce's field history tells of an account: our column, the field's API name, and the
    type that its text stands for.
#}
{% macro account_log_fields() %}
    {{ return([
        ('account_name', 'Name', dbt.type_string()),
        ('employees', 'NumberOfEmployees', dbt.type_bigint()),
        ('is_high_growth', 'Is_High_Growth__c', dbt.type_boolean()),
        ('industry', 'Industry', dbt.type_string()),
        ('billing_country', 'BillingCountry', dbt.type_string()),
        ('billing_state', 'BillingState', dbt.type_string()),
        ('owner_id', 'OwnerId', dbt.type_string()),
        ('named_csm_id', 'CSM__c', dbt.type_string()),
        ('crm_lifecycle_stage', 'Lifecycle_Stage__c', dbt.type_string()),
        ('realised_value', 'Realised_Value__c', dbt.type_float()),
        ('realised_value_on', 'Realised_Value_Date__c', 'date'),
        ('reference_since', 'Reference_Since__c', 'date'),
        ('reference_until', 'Reference_Until__c', 'date'),
    ]) }}
{% endmacro %}

{# What is said of an account at an instant -> the fields that all have to be tracked for it. #}
{% macro account_log_facts() %}
    {{ return({
        'attributes': [
            'Name', 'NumberOfEmployees', 'Is_High_Growth__c', 'Industry', 'BillingCountry',
            'CSM__c'
        ],
        'stage': ['Lifecycle_Stage__c'],
        'realised_value': ['Realised_Value__c', 'Realised_Value_Date__c'],
        'reference': ['Reference_Since__c', 'Reference_Until__c'],
    }) }}
{% endmacro %}
