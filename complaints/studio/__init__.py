"""The studio's pages, and the rehearsal of a draft over the open book."""
