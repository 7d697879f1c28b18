"""Site selection: criteria as data, measures of candidates, scores and ranks, free land and the search inside it."""
