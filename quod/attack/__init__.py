"""Everything that tries to break a claim: samples derived from its domains and hypotheses, and the confirmation of what they find."""
