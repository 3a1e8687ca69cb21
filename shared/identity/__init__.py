"""Who calls, and what they may: tokens verified, revocations followed, permissions decided."""
