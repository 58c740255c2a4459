{#
    Who a person is across systems and tenants: the lower-case e-mail, else the vendor's id, always
    hashed. A vendor's id that is itself an e-mail address counts as one.
#}
{% macro person_key(email, vendor_id) -%}
    md5(coalesce(
        nullif(lower(trim({{ email }})), ''),
        case when {{ vendor_id }} like '%@%' then lower(trim({{ vendor_id }})) end,
        {{ vendor_id }}
    ))
{%- endmacro %}
