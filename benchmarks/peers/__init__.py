"""Programs that others use for timers, each as its own documents say, all with the same plan and the same ledger.

They run in a virtual environment of their own: psycopg 3 beside Django would silently take psycopg2's place.
"""
