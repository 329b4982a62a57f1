"""What may be done to a complaint. Everything that writes goes through here."""
