"""Spreadsheet files as rows of cells. Imports no other part of examops but the refusal of a bounded child process."""
