"""People, teams and complaints to try Redress with: texts in TOML, told through the services as if they had happened."""
