"""Places outside, to which checkpoints are taken so that whoever rewrites the record cannot rewrite them too."""
