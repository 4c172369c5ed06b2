"""What must always be true, as questions to the database; each answers with the faults it found."""
