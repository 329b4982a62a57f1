"""The words of the pages in the languages of the people who read them: docs/how-to/translate.md."""
