-- The stage rules assume that a purchase or win-back window ends before its customer can be at risk, and that at_risk
-- comes before lapsed. Returns the settings if they are in another order.

select
    $purchase_window_days as purchase_window_days,
    $won_back_days as won_back_days,
    $at_risk_days as at_risk_days,
    $lapsed_days as lapsed_days
where
    $purchase_window_days > $at_risk_days
    or $won_back_days > $at_risk_days
    or $at_risk_days >= $lapsed_days
