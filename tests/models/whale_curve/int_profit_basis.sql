select
    true as has_known_phone,
    true as has_known_chat,
    true as has_known_email,
    true as has_known_store,
    true as has_known_web,
    true as has_known_app,
    true as has_known_returns_handling,
    true as has_known_other
