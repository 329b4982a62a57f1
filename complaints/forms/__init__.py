"""What people type, checked before a service is called."""
