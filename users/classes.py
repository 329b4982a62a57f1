"""What the law may call a complaint, in words (regulations vocabulary, section 3); people may be limited to some."""

from __future__ import annotations

CLASSES = [
    ("payment_services", "Payment services"),
    ("e_money", "E-money"),
    ("data_protection", "Data protection"),
    ("crypto_assets", "Crypto-assets"),
    ("eft_error", "Error in an electronic transfer (US)"),
    ("remittance_error", "Error in a remittance (US)"),
    ("remittance_cancellation", "Cancelled remittance (US)"),
    ("billing_error", "Billing error (US)"),
    ("credit_reporting_dispute", "Disputed credit report (US)"),
    ("refund_request", "Refund of a payment asked for"),
    ("failed_transaction", "Failed transaction"),
    ("unauthorised_transaction", "Unauthorised transaction"),
    ("default_notice", "Default notice (AU)"),
    ("hardship", "Hardship (AU)"),
    ("death_benefit", "Death benefit (AU)"),
    ("account_clarification", "Clarification of an account"),
    ("other", "Other"),
]
