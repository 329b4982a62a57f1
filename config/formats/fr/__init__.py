"""How forms read and write dates: as browsers send them, whatever the language of the page."""
