-- Grain: one row per person and product category that the person has bought.
-- The local day of the first order with the category, so that readers can count categories by any day. Returned
-- lines, unknown products, products without a category and products that are not goods do not count.

with bought as (

    select
        int_lines.customer_id,
        int_products.category,
        min(int_lines.ordered_at) as first_ordered_at
    from int_lines
    inner join int_products
        on int_lines.product_id = int_products.product_id
    where
        int_lines.customer_id is not null
        and not int_lines.is_return
        and int_lines.counts
        and int_products.kind = 'goods'
        and int_products.category is not null
    group by
        int_lines.customer_id,
        int_products.category

),

by_person as (

    select
        int_customer_records.customer_no,
        bought.category,
        bought.first_ordered_at
    from bought
    inner join int_customer_records
        on bought.customer_id = int_customer_records.customer_id

    union all

    select
        int_guest_customers.customer_no,
        int_products.category,
        int_lines.ordered_at as first_ordered_at
    from int_guest_customers
    inner join int_lines
        on int_guest_customers.transaction_id = int_lines.transaction_id
    inner join int_products
        on int_lines.product_id = int_products.product_id
    where
        not int_lines.is_return
        and int_lines.counts
        and int_products.kind = 'goods'
        and int_products.category is not null

)

select
    by_person.customer_no,
    by_person.category,
    local_date(min(by_person.first_ordered_at), $time_zone) as first_ordered_date
from by_person
group by
    by_person.customer_no,
    by_person.category
