select 'contribution' as basis
