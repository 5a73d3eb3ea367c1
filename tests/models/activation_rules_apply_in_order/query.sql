select
    int_activation_decisions.customer_key,
    int_activation_decisions.trigger,
    int_activation_decisions.allowed_channels,
    int_activation_decisions.decision
from int_activation_decisions
order by int_activation_decisions.customer_no, int_activation_decisions.trigger
