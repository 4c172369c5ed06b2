"""Catalogue files as the office gets them: read, previewed, and taken over whole or not at all."""
