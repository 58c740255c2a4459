{#
    Active paid period at the instant T, for rows of int_subscriptions. Billing: activated before T,
    trial over, not expired before T. A contract: first day <= T < last day.
#}
{% macro is_active_at(subscription, instant) -%}
    (
        case
            when {{ subscription }}.billing_source = 'recurly'
                then
                    {{ subscription }}.paid_from < {{ instant }}
                    and (
                        {{ subscription }}.paid_until is null
                        or {{ subscription }}.paid_until >= {{ instant }}
                    )
            else
                {{ subscription }}.paid_from <= {{ instant }}
                and (
                    {{ subscription }}.paid_until is null
                    or {{ subscription }}.paid_until > {{ instant }}
                )
        end
    )
{%- endmacro %}
