with visits as (
    select
        member_no,
        count(*) as visits,
        sum(persons) as persons,
        sum(kept) as spent,
        min(sold_on) as first_visit_on,
        max(sold_on) as last_visit_on
    from {{ ref('admissions_net') }}
    where member_no is not null
    group by member_no
)

select
    members.member_no,
    members.full_name,
    members.tier,
    coalesce(visits.visits, 0) as visits,
    coalesce(visits.persons, 0) as persons,
    coalesce(visits.spent, 0) as spent,
    visits.first_visit_on,
    visits.last_visit_on
from {{ ref('ld_members') }} as members
left join visits
    on members.member_no = visits.member_no
