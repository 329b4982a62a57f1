"""What every test may use. Builders start with a_ and reach later states through the services."""
