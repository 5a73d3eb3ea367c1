-- Grain: one row per trigger, outcome, window and person whose window has passed by as_of.
-- The result of each person's first activation by a trigger, by the outcome settings of that day: events in the
-- window of days after activated_on. Includes everyone activated, whether or not the action was carried out
-- (intention to treat), because the persons who were reached are not comparable with the control group. Reads the mart
-- activation_history, which alone holds earlier activations. Without known unit costs there is no margin.

with spelt_out as (

    select
        activation_history.trigger,
        activation_history.customer_key,
        activation_history.activated_on,
        activation_history.assignment,
        unnest(string_to_array(activation_history.outcomes, ',')) as outcome_and_window
    from activation_history
    where activation_history.activated_on < $as_of

),

passed as (

    select
        spelt_out.trigger,
        int_persons.customer_no,
        spelt_out.activated_on,
        spelt_out.assignment,
        split_part(spelt_out.outcome_and_window, ':', 1) as outcome,
        cast(split_part(spelt_out.outcome_and_window, ':', 2) as int) as window_days
    from spelt_out
    inner join int_persons
        on spelt_out.customer_key = int_persons.customer_key
    where
        cast(split_part(spelt_out.outcome_and_window, ':', 2) as int)
        <= cast($as_of as int) - cast(spelt_out.activated_on as int)

),

numbered as (

    select
        passed.*,
        cast(cast(passed.activated_on as int) + passed.window_days as date) as until_date,
        row_number() over (
            partition by passed.trigger, passed.outcome, passed.window_days, passed.customer_no
            -- Persons who became one may both have been activated on a day: who was treated, was treated.
            order by passed.activated_on asc, passed.assignment desc
        ) as activation_no
    from passed

),

firsts as (

    select *
    from numbered
    where numbered.activation_no = 1

),

windows as (

    select distinct
        firsts.customer_no,
        firsts.activated_on,
        firsts.until_date
    from firsts

),

purchases as (

    select
        windows.customer_no,
        windows.activated_on,
        windows.until_date,
        sum(int_orders.is_order) as orders,
        sum(int_orders.net_minor) as net_minor,
        sum(
            int_orders.costed_net_minor - int_orders.cost_of_goods_minor
            - int_orders.payment_cost_minor - int_orders.delivery_cost_minor
        ) as margin_minor
    from windows
    inner join int_orders
        on
            windows.customer_no = int_orders.customer_no
            and int_orders.ordered_date > windows.activated_on
            and int_orders.ordered_date <= windows.until_date
    group by
        windows.customer_no,
        windows.activated_on,
        windows.until_date

),

complaints as (

    select
        windows.customer_no,
        windows.activated_on,
        windows.until_date,
        count(*) as complaints
    from windows
    inner join int_contacts
        on
            windows.customer_no = int_contacts.customer_no
            and int_contacts.occurred_date > windows.activated_on
            and int_contacts.occurred_date <= windows.until_date
    where
        int_contacts.touchpoint = $complaint_touchpoint
        and int_contacts.direction = 'customer'
    group by
        windows.customer_no,
        windows.activated_on,
        windows.until_date

),

answers as (

    select
        int_lifecycle_answers.customer_no,
        int_lifecycle_answers.nps_group,
        local_date(arrow_cast(int_lifecycle_answers.at, 'Timestamp(Microsecond, Some("UTC"))'), $time_zone)
            as answered_date
    from int_lifecycle_answers

),

promotions as (

    select
        windows.customer_no,
        windows.activated_on,
        windows.until_date,
        count(case when answers.nps_group = 'promoter' then 1 end) as promotions
    from windows
    inner join answers
        on
            windows.customer_no = answers.customer_no
            and answers.answered_date > windows.activated_on
            and answers.answered_date <= windows.until_date
    group by
        windows.customer_no,
        windows.activated_on,
        windows.until_date

),

stays as (

    select
        int_customer_stages.customer_no,
        int_customer_stages.stage,
        local_date(arrow_cast(int_customer_stages.entered_at, 'Timestamp(Microsecond, Some("UTC"))'), $time_zone)
            as entered_date,
        local_date(arrow_cast(int_customer_stages.left_at, 'Timestamp(Microsecond, Some("UTC"))'), $time_zone)
            as left_date
    from int_customer_stages
    where int_customer_stages.stage not in ('at_risk', 'lapsed')

),

active_stays as (

    select
        windows.customer_no,
        windows.activated_on,
        windows.until_date,
        count(*) as stays
    from windows
    inner join stays
        on
            windows.customer_no = stays.customer_no
            and stays.entered_date <= windows.until_date
            and (stays.left_date > windows.until_date or stays.left_date is null)
    group by
        windows.customer_no,
        windows.activated_on,
        windows.until_date

)

select
    firsts.trigger,
    firsts.outcome,
    firsts.window_days,
    firsts.customer_no,
    firsts.activated_on,
    firsts.assignment,
    activation_outcome_kinds.kind,
    -- A yes is 1. Money is in whole units of the base currency, rounded half away from zero.
    case firsts.outcome
        when 'ordered' then case when purchases.orders > 0 then 1 else 0 end
        when 'net_revenue' then cast(round(coalesce(purchases.net_minor, 0) / cast(100 as decimal(3, 0))) as bigint)
        when 'margin' then cast(round(coalesce(purchases.margin_minor, 0) / cast(100 as decimal(3, 0))) as bigint)
        when 'no_complaint' then case when complaints.complaints > 0 then 0 else 1 end
        when 'promoter' then case when promotions.promotions > 0 then 1 else 0 end
        when 'active' then case when active_stays.stays > 0 then 1 else 0 end
    end as value
from firsts
inner join activation_outcome_kinds
    on firsts.outcome = activation_outcome_kinds.outcome
cross join int_profit_basis
left join purchases
    on
        firsts.customer_no = purchases.customer_no
        and firsts.activated_on = purchases.activated_on
        and firsts.until_date = purchases.until_date
left join complaints
    on
        firsts.customer_no = complaints.customer_no
        and firsts.activated_on = complaints.activated_on
        and firsts.until_date = complaints.until_date
left join promotions
    on
        firsts.customer_no = promotions.customer_no
        and firsts.activated_on = promotions.activated_on
        and firsts.until_date = promotions.until_date
left join active_stays
    on
        firsts.customer_no = active_stays.customer_no
        and firsts.activated_on = active_stays.activated_on
        and firsts.until_date = active_stays.until_date
where firsts.outcome <> 'margin' or int_profit_basis.basis <> 'net_revenue'
