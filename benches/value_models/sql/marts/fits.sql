-- Grain: one row.
-- Purpose: the parameters, to compare with other implementations'.
select
    int_fits.purchase_fit['model'] as model,
    int_fits.purchase_fit['r'] as r,
    int_fits.purchase_fit['alpha'] as alpha,
    int_fits.purchase_fit['a'] as a,
    int_fits.purchase_fit['b'] as b,
    int_fits.purchase_fit['log_likelihood'] as log_likelihood,
    int_fits.spend_fit['p'] as p,
    int_fits.spend_fit['q'] as q,
    int_fits.spend_fit['gamma'] as gamma,
    int_fits.purchase_fit['status'] as status
from int_fits
