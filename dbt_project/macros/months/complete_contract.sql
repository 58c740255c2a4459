{#
    A model whose columns are generated from the metric catalogue cannot list them in its YAML:
    there a new metric would be a second list to extend. It sets `generated_columns: <type>`; every
    column of its query that the YAML does not name then joins the contract with that type and the
    catalogue's words as its description, before the contract is checked and the table created.
    What the YAML names stays as strict as anywhere.
#}
{% macro complete_contract(sql) %}
    {%- set data_type = config.get('meta', {}).get('generated_columns') -%}
    {%- if data_type -%}
        {%- set descriptions = catalogue_column_descriptions() -%}
        {%- for column in get_column_schema_from_query(sql) if column.name not in model['columns'] -%}
            {%- do model['columns'].update({column.name: {
                'name': column.name, 'data_type': data_type, 'constraints': [],
                'description': descriptions.get(column.name, '')
            }}) -%}
        {%- endfor -%}
    {%- endif -%}
{% endmacro %}
