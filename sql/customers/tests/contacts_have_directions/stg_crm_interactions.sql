select
    cast(t.interaction_id as bigint) as interaction_id,
    t.customer_id,
    arrow_cast('2025-05-01T12:00:00Z', 'Timestamp(Microsecond, Some("UTC"))') as occurred_at,
    t.channel,
    cast(null as varchar) as journey,
    t.touchpoint,
    cast(null as varchar) as store_id,
    t.direction,
    t.has_agent,
    cast(t.is_two_way as bigint) as is_two_way,
    cast(0 as bigint) as is_automatic,
    cast(0 as bigint) as minutes_e2
from (
    values
    -- Nobody wrote these by hand
    (1, 'c1', 'email', 'tracking', null, false, 0),
    (2, 'c1', 'sms', 'spring_sale', null, false, 0),
    (3, 'c1', 'push', null, null, false, 0),
    (4, 'c1', 'letter', 'catalogue', null, false, 0),
    -- An offer in the app is a push; looking at an order in it is not
    (5, 'c1', 'app', 'offer_push', null, false, 0),
    (6, 'c2', 'app', 'tracking', null, false, 0),
    -- An employee answers a mail of the customer
    (7, 'c2', 'email', 'offer_mail', null, true, 1),
    (8, 'c2', 'web', 'help_pages', null, false, 0),
    (9, 'c2', 'phone', null, null, false, 1),
    -- The extract says so: a call to the customer, and a mail by the customer that nobody answered
    (10, 'c2', 'phone', 'call_centre', 'company', true, 1),
    (11, 'c3', 'email', 'complaint', 'customer', false, 0),
    -- No row decides: counted as the customer's
    (12, 'c3', 'app', 'wheel_of_fortune', null, false, 0),
    (13, 'c3', 'carrier_pigeon', 'complaint', null, false, 0),
    (14, 'c3', null, null, null, false, 0),
    -- A staging model without has_agent: handled by an employee if it is two-way
    (15, 'c1', 'email', 'tracking', null, null, 0),
    (16, 'c4', 'email', 'tracking', null, null, 1),
    -- An order in the store, and mail; unmatched
    (17, 'c5', 'email', 'tracking', null, false, 0),
    (18, 'x', 'web', 'help_pages', null, false, 0),
    -- The same channels in other words, and one that nobody knows
    (19, 'x', 'E-mail', 'spring_sale', null, false, 0),
    (20, 'x', ' E-post', 'spring_sale', null, false, 0),
    (21, 'x', 'Outbound call', 'spring_sale', null, true, 1),
    (22, 'x', 'nyhetsbrev', null, null, false, 0),
    (23, 'x', 'WhatsApp', null, null, true, 1),
    (24, 'x', 'linkedin', 'campaign', null, false, 0)
) as t (interaction_id, customer_id, channel, touchpoint, direction, has_agent, is_two_way)
