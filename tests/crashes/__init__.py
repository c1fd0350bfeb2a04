"""The crash matrix: a submitting process is killed, cut off and repeated in every way, and jobs are counted."""
