"""The launcher behind `./redress`: standard library only, because it runs before anything is installed."""
