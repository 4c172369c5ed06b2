"""The demo: every process of the product on one machine, under one supervisor."""
