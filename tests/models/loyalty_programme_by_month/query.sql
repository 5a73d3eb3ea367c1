select
    loyalty_programme.month,
    loyalty_programme.members,
    loyalty_programme.active_members,
    loyalty_programme.members_joined,
    loyalty_programme.members_left,
    loyalty_programme.retention_rate,
    loyalty_programme.retention_12m,
    loyalty_programme.customers,
    loyalty_programme.points_earned,
    loyalty_programme.points_redeemed,
    loyalty_programme.points_outstanding,
    loyalty_programme.points_matured,
    loyalty_programme.points_unredeemed,
    loyalty_programme.breakage_rate,
    loyalty_programme.reward_cost,
    loyalty_programme.member_orders,
    loyalty_programme.non_member_orders,
    loyalty_programme.member_net_revenue,
    loyalty_programme.non_member_net_revenue
from loyalty_programme
order by loyalty_programme.month
