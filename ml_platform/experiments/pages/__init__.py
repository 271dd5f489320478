"""The pages: views only parse, call and render."""
