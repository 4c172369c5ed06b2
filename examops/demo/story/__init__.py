"""The demo's data (its story): synthetic people under the real rules, created through the product's services."""
