"""Stand-in vendors on loopback, filled from one seeded synthetic world with known truth (who is who)."""
