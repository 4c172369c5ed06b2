"""The site recorder: cameras in, signed segments and gaps out."""
