"""The clauses, by subject. Each function takes facts and bench and gives lines."""
