select
    cast(t.response_id as bigint) as response_id,
    cast(t.customer_no as bigint) as customer_no,
    cast(t.customer_no as bigint) as respondent_no,
    arrow_cast(t.responded_at || 'Z', 'Timestamp(Microsecond, Some("UTC"))') as responded_at,
    t.survey_type,
    t.journey,
    t.touchpoint,
    cast(t.order_id as bigint) as order_id,
    cast(t.nps as bigint) as nps,
    cast(t.csat as bigint) as csat,
    cast(t.ces as bigint) as ces
from (
    values
    -- Two answers about one contact: its row has their mean; one answer without a contact; one that is a step
    (7, 1, '2025-01-06T12:00:00', 'touchpoint', null, 'parcel', null, 2, 3, null),
    (8, 1, '2025-01-07T12:00:00', 'touchpoint', null, 'parcel', null, null, 5, 6),
    (9, 2, '2025-01-08T12:00:00', 'touchpoint', null, 'parcel', null, 9, null, null),
    (10, 1, '2025-01-09T12:00:00', 'relationship', null, null, null, 10, null, null),
    (11, null, '2025-01-09T12:00:00', 'touchpoint', null, 'parcel', null, 1, null, null),
    -- About an order: of the same customer, of somebody unidentified, of somebody else; a contact counts before it
    (12, 1, '2025-01-09T12:00:00', 'touchpoint', null, 'checkout', 5, null, 1, null),
    (13, null, '2025-01-09T12:00:00', 'touchpoint', null, 'checkout', 5, null, 2, null),
    (14, 2, '2025-01-09T12:00:00', 'touchpoint', null, 'checkout', 5, null, 4, null),
    (15, 1, '2025-01-09T12:00:00', 'touchpoint', null, 'parcel', 5, null, null, 3),
    -- About a return that is in no journey, and about an order that is not in the extract
    (16, 1, '2025-01-09T12:00:00', 'touchpoint', null, 'refund', 6, null, 5, null),
    (17, 1, '2025-01-09T12:00:00', 'touchpoint', null, 'refund', 99, null, 5, null),
    -- A transaction of an order and a return: the journey that the answer names decides, else the order
    (18, 3, '2025-02-09T12:00:00', 'touchpoint', 'return', 'refund', 7, null, 1, null),
    (19, 3, '2025-02-09T12:00:00', 'touchpoint', null, 'refund', 7, null, 2, null)
) as t (response_id, customer_no, responded_at, survey_type, journey, touchpoint, order_id, nps, csat, ces)
