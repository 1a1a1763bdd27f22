with source as (

    select * from {{ source('shop', 'Employee') }}

)

, final as (

    select
        EmployeeId as employeeId
        , {{ fullName('FirstName', 'LastName') }} as employeeName
        , Title as jobTitle
        , ReportsTo as managerId
        , cast(HireDate as date) as hireDate
    from source

)

select * from final
