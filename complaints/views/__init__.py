"""The workbench: queue, case, steps, letters, clocks, files."""
