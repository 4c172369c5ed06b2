"""上线前的备案: bodies that were filed on paper, from a spreadsheet, all of it or nothing."""
