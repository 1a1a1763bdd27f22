with current_members as (
    select *
    from {{ ref('members_history') }}
    where dbt_valid_to is null
)

select
    current_members.member_no,
    current_members.full_name,
    current_members.tier,
    current_members.joined_on,
    2025 - current_members.birth_year as age,
    activity.visits,
    activity.spent,
    case
        when activity.spent >= 100 then 'high'
        when activity.spent > 0 then 'some'
        else 'none'
    end as value_class
from current_members
left join {{ ref('member_activity') }} as activity
    on current_members.member_no = activity.member_no
