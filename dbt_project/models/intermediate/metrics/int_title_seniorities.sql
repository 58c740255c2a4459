with titles as (
    select distinct
        title,
        {{ snake_case('title') }} as title_words
    from {{ ref('snp_salesforce__contacts') }}
    where title is not null
),

seniority_titles as (
    select
        title_words,
        seniority,
        {{ dbt.length('title_words') }} as word_length
    from {{ ref('seniority_titles') }}
),

-- Of the words of the seed that a title holds, the longest say the level: a project
-- manager manages no people.
ranked as (
    select
        titles.title,
        seniority_titles.seniority,
        row_number() over (
            partition by titles.title
            order by
                seniority_titles.word_length desc nulls last,
                seniority_titles.title_words asc nulls last
        ) as fit
    from titles
    inner join seniority_titles
        on {{ dbt.position(
            dbt.concat(["'_'", 'seniority_titles.title_words', "'_'"]),
            dbt.concat(["'_'", 'titles.title_words', "'_'"])
        ) }} > 0
),

final as (
    select
        title,
        seniority
    from ranked
    where fit = 1
)

select * from final
