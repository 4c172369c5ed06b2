"""The demo's story: synthetic people on real rules, told through the same services as the product."""
