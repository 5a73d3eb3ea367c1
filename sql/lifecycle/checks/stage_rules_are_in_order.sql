-- The stage rules assume that a win-back window ends before its customer can be at risk, and that at_risk comes before
-- lapsed. Returns the settings if they are in another order.

select
    $won_back_days as won_back_days,
    $at_risk_days as at_risk_days,
    $lapsed_days as lapsed_days
where
    $won_back_days > $at_risk_days
    or $at_risk_days >= $lapsed_days
