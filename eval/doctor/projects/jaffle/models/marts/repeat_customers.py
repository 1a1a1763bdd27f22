def model(dbt, session):
    dbt.config(materialized="table")
    customers = dbt.ref("customers")
    return customers.filter("number_of_orders > 1").project("customer_id, number_of_orders, lifetime_value")
