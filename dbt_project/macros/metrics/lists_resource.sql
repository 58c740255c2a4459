{# Whether a '; ' list of `<source>.<resource>` holds the resource of this row of the seed `sources`. #}
{% macro lists_resource(list, sources) -%}
    {{ dbt.position(
        dbt.concat(["'; '", sources ~ '.source', "'.'", sources ~ '.resource', "';'"]),
        dbt.concat(["'; '", list, "';'"])
    ) }} > 0
{%- endmacro %}
