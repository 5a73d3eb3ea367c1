"""The retailer's vocabulary: the default pipeline's terms in the words of the extracts.

The lookup `begrepp` in pipelines/nordic_export.yml is the inverse.
"""
CHANNELS = {"store": "butik", "web": "webb", "app": "app", "phone": "telefon", "chat": "chatt", "email": "e-post",
            "sms": "sms"}
COUNTRIES = {"SE": "Sverige", "NO": "Norge", "DK": "Danmark", "FI": "Finland"}
SURVEYS = {"relationship": "relation", "touchpoint": "kontaktpunkt"}
LOYALTY = {"join": "inträde", "earn": "intjänat", "redeem": "uttag", "leave": "utträde"}
ACQUISITION = {"organic": "organisk", "search": "sök", "social": "sociala medier", "referral": "tips",
               "store": "butik", "partner": "partner"}
ACTIVITIES = {"phone": "telefon", "chat": "chatt", "email": "e-post", "store": "butik", "web": "webb", "app": "app",
              "returns_handling": "returhantering"}
JOURNEYS = {"onboarding": "introduktion", "purchase": "köp", "delivery": "leverans", "return": "retur",
            "support": "support", "billing": "faktura", "loyalty": "klubb"}
TOUCHPOINTS = {
    "welcome_mail": "välkomstbrev", "account_setup": "nytt konto", "first_login": "första inloggning",
    "product_page": "produktsida", "checkout": "kassa", "payment": "betalning", "store_visit": "butiksbesök",
    "tracking": "spårning", "home_delivery": "hemleverans", "pickup_point": "ombud", "delay_notice": "förseningsavisering",
    "return_request": "returanmälan", "refund": "återbetalning", "store_return": "butiksretur",
    "call_centre": "kundtjänst", "live_chat": "livechatt", "help_pages": "hjälpsidor", "complaint": "klagomål",
    "invoice": "fakturautskick", "payment_reminder": "påminnelse", "instalments": "delbetalning",
    "points_statement": "poängbesked", "offer_mail": "erbjudande", "member_event": "medlemskväll",
}
GROUPS = {"kanal": CHANNELS, "land": COUNTRIES, "enkät": SURVEYS, "händelse": LOYALTY, "värvning": ACQUISITION,
          "aktivitet": ACTIVITIES, "resa": JOURNEYS, "kontaktpunkt": TOUCHPOINTS}
