def model(dbt, session):
    dbt.config(materialized="table")
    activity = dbt.ref("member_activity")
    faithful = activity.filter("visits >= 2")
    return faithful.project("member_no, tier, visits, spent")
