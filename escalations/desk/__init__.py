"""The lead's desk: who has how much before them, giving and handing over work, reviews, and a home per role."""
