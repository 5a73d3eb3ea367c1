-- Grain: one row per person with an order.
-- The inputs of needs segments, counted until as_of and, in the same pass, until the anchor (int_needs_anchor), at
-- which segments got their numbers and names. Columns of the anchor end in _then; they are zero without an anchor.
-- Contacts are those that the customer made; personal contacts are the two-way ones.

with orders as (

    select
        int_orders.customer_no,
        int_orders.ordered_date,
        int_orders.ordered_date <= int_needs_anchor.anchor_date as is_then,
        int_orders.is_order,
        int_orders.channel,
        int_orders.lines,
        int_orders.gross_minor,
        int_orders.discounts_minor,
        int_orders.returns_minor
    from int_orders
    cross join int_needs_anchor
    where int_orders.customer_no > 0

),

purchases as (

    select
        orders.customer_no,
        sum(orders.is_order) as orders,
        min(case when orders.is_order = 1 then orders.ordered_date end) as first_date,
        sum(case when orders.channel = 'app' then orders.is_order else 0 end) as app_orders,
        sum(case when orders.channel = 'phone' then orders.is_order else 0 end) as phone_orders,
        sum(case when orders.channel = 'store' then orders.is_order else 0 end) as store_orders,
        sum(case when orders.channel = 'web' then orders.is_order else 0 end) as web_orders,
        sum(case when orders.is_order = 1 then orders.lines else 0 end) as lines,
        sum(orders.gross_minor) as gross_minor,
        sum(orders.discounts_minor) as discounts_minor,
        sum(orders.returns_minor) as returns_minor,
        sum(case when orders.is_then then orders.is_order else 0 end) as orders_then,
        sum(case when orders.is_then and orders.channel = 'app' then orders.is_order else 0 end) as app_orders_then,
        sum(case when orders.is_then and orders.channel = 'phone' then orders.is_order else 0 end) as phone_orders_then,
        sum(case when orders.is_then and orders.channel = 'store' then orders.is_order else 0 end) as store_orders_then,
        sum(case when orders.is_then and orders.channel = 'web' then orders.is_order else 0 end) as web_orders_then,
        sum(case when orders.is_then and orders.is_order = 1 then orders.lines else 0 end) as lines_then,
        sum(case when orders.is_then then orders.gross_minor else 0 end) as gross_then_minor,
        sum(case when orders.is_then then orders.discounts_minor else 0 end) as discounts_then_minor,
        sum(case when orders.is_then then orders.returns_minor else 0 end) as returns_then_minor
    from orders
    group by orders.customer_no

),

categories as (

    select
        int_customer_categories.customer_no,
        count(*) as categories,
        count(case when int_customer_categories.first_ordered_date <= int_needs_anchor.anchor_date then 1 end)
            as categories_then
    from int_customer_categories
    cross join int_needs_anchor
    group by int_customer_categories.customer_no

),

contacts as (

    select
        int_contacts.customer_no,
        sum(int_contacts.is_two_way) as personal_contacts,
        sum(1 - int_contacts.is_two_way) as self_service_contacts,
        sum(
            case
                when int_contacts.occurred_date <= int_needs_anchor.anchor_date then int_contacts.is_two_way
                else 0
            end
        ) as personal_contacts_then,
        sum(
            case
                when int_contacts.occurred_date <= int_needs_anchor.anchor_date then 1 - int_contacts.is_two_way
                else 0
            end
        ) as self_service_contacts_then
    from int_contacts
    cross join int_needs_anchor
    where
        int_contacts.customer_no > 0
        and int_contacts.direction = 'customer'
    group by int_contacts.customer_no

)

select
    purchases.customer_no,
    purchases.orders,
    purchases.first_date,
    purchases.app_orders,
    purchases.phone_orders,
    purchases.store_orders,
    purchases.web_orders,
    coalesce(categories.categories, 0) as categories,
    purchases.lines,
    purchases.gross_minor,
    purchases.discounts_minor,
    purchases.returns_minor,
    coalesce(contacts.personal_contacts, 0) as personal_contacts,
    coalesce(contacts.self_service_contacts, 0) as self_service_contacts,
    purchases.orders_then,
    purchases.app_orders_then,
    purchases.phone_orders_then,
    purchases.store_orders_then,
    purchases.web_orders_then,
    coalesce(categories.categories_then, 0) as categories_then,
    purchases.lines_then,
    purchases.gross_then_minor,
    purchases.discounts_then_minor,
    purchases.returns_then_minor,
    coalesce(contacts.personal_contacts_then, 0) as personal_contacts_then,
    coalesce(contacts.self_service_contacts_then, 0) as self_service_contacts_then
from purchases
left join categories
    on purchases.customer_no = categories.customer_no
left join contacts
    on purchases.customer_no = contacts.customer_no
where purchases.orders > 0
