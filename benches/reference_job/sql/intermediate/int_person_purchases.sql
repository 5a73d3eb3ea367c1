-- Grain: one row per person with a transaction.
-- Purpose: a person's orders and returns over all months.
with purchases as (
    select
        int_person_months.person_no,
        min(int_person_months.first_purchase_at) as first_purchase_at,
        max(int_person_months.last_purchase_at) as last_purchase_at,
        sum(int_person_months.orders) as orders,
        sum(int_person_months.return_lines) as return_lines,
        sum(int_person_months.units) as units,
        sum(int_person_months.net_ore) as net_ore,
        sum(int_person_months.returned_ore) as returned_ore,
        sum(int_person_months.cost_of_goods_ore) as cost_of_goods_ore,
        bit_or(int_person_months.category_mask) as category_mask,
        sum(int_person_months.orders_store) as orders_store,
        sum(int_person_months.orders_web) as orders_web,
        sum(int_person_months.orders_app) as orders_app,
        sum(int_person_months.orders_phone) as orders_phone
    from int_person_months
    where int_person_months.person_no is not null
    group by int_person_months.person_no
),

-- The bits of the mask are counted side by side: within pairs, fours and bytes, and then the eight bytes are
-- added up. Bit 63 is never set (see the check categories_fit_a_mask), so shifting right brings in zeros.
pairs as (
    select
        purchases.*,
        purchases.category_mask - ((purchases.category_mask >> 1) & 6148914691236517205) as bits
    from purchases
),

fours as (
    select
        pairs.*,
        (pairs.bits & 3689348814741910323) + ((pairs.bits >> 2) & 3689348814741910323) as bits_in_fours
    from pairs
),

bytes as (
    select
        fours.*,
        (fours.bits_in_fours + (fours.bits_in_fours >> 4)) & 1085102592571150095 as bits_in_bytes
    from fours
)

select
    bytes.person_no,
    bytes.first_purchase_at,
    bytes.last_purchase_at,
    bytes.orders,
    bytes.return_lines,
    bytes.units,
    bytes.net_ore,
    bytes.returned_ore,
    bytes.cost_of_goods_ore,
    (
        bytes.bits_in_bytes
        + (bytes.bits_in_bytes >> 8)
        + (bytes.bits_in_bytes >> 16)
        + (bytes.bits_in_bytes >> 24)
        + (bytes.bits_in_bytes >> 32)
        + (bytes.bits_in_bytes >> 40)
        + (bytes.bits_in_bytes >> 48)
        + (bytes.bits_in_bytes >> 56)
    ) & 127 as categories,
    bytes.orders_store,
    bytes.orders_web,
    bytes.orders_app,
    bytes.orders_phone
from bytes
